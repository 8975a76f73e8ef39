package dev.slipway.migrator.effects;

import dev.slipway.migrator.sql.QualifiedName;
import java.util.List;
import java.util.Optional;

/**
 * What a statement does to one relation.
 *
 * @param lock the operation's, except for LOCK TABLE, which names it itself
 * @param part the column or constraint in question
 * @param proven whether something that already exists makes the work, and so the rule, unnecessary
 * @param descendants the partitions and inheriting tables to which it is also done
 */
public record Effect(
        Operation operation,
        QualifiedName relation,
        LockMode lock,
        Optional<String> part,
        boolean proven,
        List<QualifiedName> descendants) {
    public static Effect of(Operation operation, QualifiedName relation, Optional<String> part) {
        return new Effect(operation, relation, operation.lock(), part, false, List.of());
    }

    static Effect explicitLock(QualifiedName relation, LockMode lock) {
        return new Effect(Operation.LOCK_TABLE, relation, lock, Optional.empty(), false, List.of());
    }

    public Effect withoutWork() {
        return new Effect(operation, relation, lock, part, true, descendants);
    }

    public Effect as(Operation other) {
        return new Effect(other, relation, other.lock(), part, proven, descendants);
    }

    public Effect with(List<QualifiedName> others) {
        return new Effect(operation, relation, lock, part, proven, others);
    }

    public TableWork work() {
        return proven ? TableWork.NONE : operation.work();
    }

    public Optional<Rule> rule() {
        boolean harmless = proven || (operation == Operation.LOCK_TABLE && !lock.blocksWrites());
        return harmless ? Optional.empty() : operation.rule();
    }

    /** "ADD COLUMN status". */
    public String form() {
        String label = operation.label();
        return label.isEmpty() ? "" : label + part.map(each -> " " + each).orElse("");
    }

    /** "public.orders", or "public.orders.status" for a column. */
    public String subject() {
        return relation + part.map(each -> "." + each).orElse("");
    }
}
