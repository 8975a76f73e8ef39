package dev.slipway.migrator.plan;

import dev.slipway.migrator.effects.RelationLock;
import dev.slipway.migrator.sql.NonTransactional;
import java.util.List;
import java.util.Optional;

/**
 * What one statement would do.
 *
 * @param command its first words, without any literal that might be a secret
 * @param locks above ACCESS SHARE, one for each relation and form, in the order of the statement
 * @param nonTransactional the reason why it cannot run in a transaction
 * @param opaque whether its locks depend on code that the statement only calls
 */
public record StatementPlan(
        int line,
        int endLine,
        String command,
        List<RelationLock> locks,
        Optional<NonTransactional.Reason> nonTransactional,
        boolean opaque) {
    public StatementPlan {
        locks = List.copyOf(locks);
    }

    /** Whether PostgreSQL refuses it inside a transaction block. */
    public boolean runsAlone() {
        return nonTransactional
                .filter(reason -> reason.kind() == NonTransactional.Kind.COMMAND)
                .isPresent();
    }
}
