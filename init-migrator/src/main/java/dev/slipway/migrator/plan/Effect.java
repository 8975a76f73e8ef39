package dev.slipway.migrator.plan;

import dev.slipway.migrator.sql.QualifiedName;
import java.util.Optional;

/**
 * What a statement does to one relation.
 *
 * @param lock the operation's, except for LOCK TABLE, which names it itself
 * @param part the column or constraint in question
 * @param proven a valid constraint makes the scan needless
 */
record Effect(Operation operation, QualifiedName relation, LockMode lock, Optional<String> part, boolean proven) {
    static Effect of(Operation operation, QualifiedName relation, Optional<String> part) {
        return new Effect(operation, relation, operation.lock(), part, false);
    }

    static Effect explicitLock(QualifiedName relation, LockMode lock) {
        return new Effect(Operation.LOCK_TABLE, relation, lock, Optional.empty(), false);
    }

    Effect withoutScan() {
        return new Effect(operation, relation, lock, part, true);
    }

    TableWork work() {
        return proven ? TableWork.NONE : operation.work();
    }

    Optional<Rule> rule() {
        return proven ? Optional.empty() : operation.rule();
    }

    /** "ADD COLUMN status". */
    String form() {
        String label = operation.label();
        return label.isEmpty() ? "" : label + part.map(each -> " " + each).orElse("");
    }

    /** "public.orders", or "public.orders.status" for a column. */
    String subject() {
        return relation + part.map(each -> "." + each).orElse("");
    }
}
