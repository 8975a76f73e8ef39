package dev.slipway.migrator.effects;

import dev.slipway.migrator.sql.QualifiedName;

/**
 * What a statement, or one form of an ALTER TABLE, does to one relation.
 *
 * @param form as in {@code ADD COLUMN status}; empty if the command has no form
 * @param relation with its schema
 * @param mode held until the transaction ends
 * @param work done under that lock
 * @param descendants the number of partitions or inheriting tables on which it is also taken
 * @param isNew whether the pending scripts create it, so that no other session can wait for it
 */
public record RelationLock(
        String form, QualifiedName relation, LockMode mode, TableWork work, int descendants, boolean isNew) {
    /** Whether other sessions have to wait to read it. */
    public boolean blocksReads() {
        return mode.blocksReads() && !isNew;
    }

    /** Whether other sessions have to wait to write to it. */
    public boolean blocksWrites() {
        return mode.blocksWrites() && !isNew;
    }
}
