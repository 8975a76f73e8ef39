package dev.slipway.migrator.plan;

import dev.slipway.migrator.effects.StatementEffects;
import dev.slipway.migrator.sql.NonTransactional;
import dev.slipway.migrator.sql.QualifiedName;
import dev.slipway.migrator.sql.SqlStatement;
import java.util.List;
import java.util.Optional;

/**
 * A statement, read, with what was known about the schema at its turn.
 *
 * @param all as the text says it
 * @param effects with what goes with them in the schema that is there
 * @param refusedOn partitioned relations on which PostgreSQL refuses it
 * @param notes on what others use
 * @param unknownCalls functions that it calls, and whose code is not in the script
 */
record ReadStatement(
        SqlStatement statement,
        StatementEffects all,
        List<PlannedEffect> effects,
        List<QualifiedName> refusedOn,
        List<StatementEffects.Note> notes,
        List<String> unknownCalls,
        Optional<NonTransactional.Reason> nonTransactional) {
    /** It runs code that its text does not show. */
    boolean isUnknown() {
        return all.isOpaque() || !unknownCalls.isEmpty();
    }

    /** It holds a lock that stops others, on a relation that others use. */
    boolean blocksOthers() {
        return effects.stream()
                .anyMatch(each -> !each.onNewRelation() && each.effect().lock().blocksWrites());
    }
}
