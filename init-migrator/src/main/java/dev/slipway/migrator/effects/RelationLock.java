package dev.slipway.migrator.effects;

import dev.slipway.migrator.sql.QualifiedName;

/**
 * What a statement, or one form of an ALTER TABLE, does to one relation.
 *
 * @param form as in {@code ADD COLUMN status}; empty if the command says it all
 * @param relation with its schema
 * @param mode held until the transaction ends
 * @param work done under that lock
 * @param descendants how many partitions or inheriting tables it is taken on as well
 * @param isNew the pending scripts create it, so that nobody else can be waiting for it
 */
public record RelationLock(
        String form, QualifiedName relation, LockMode mode, TableWork work, int descendants, boolean isNew) {
    /** Others have to wait when they read it. */
    public boolean blocksReads() {
        return mode.blocksReads() && !isNew;
    }

    /** Others have to wait when they write to it. */
    public boolean blocksWrites() {
        return mode.blocksWrites() && !isNew;
    }
}
