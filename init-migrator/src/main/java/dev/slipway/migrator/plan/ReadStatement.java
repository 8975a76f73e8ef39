package dev.slipway.migrator.plan;

import dev.slipway.migrator.effects.StatementEffects;
import dev.slipway.migrator.sql.NonTransactional;
import dev.slipway.migrator.sql.QualifiedName;
import dev.slipway.migrator.sql.SqlStatement;
import java.util.List;
import java.util.Optional;

/**
 * A statement, analysed, with the schema as it is at that point.
 *
 * @param all all effects that the text shows
 * @param effects the effects with their consequences in the current schema
 * @param refusedOn partitioned relations on which PostgreSQL refuses it
 * @param notes remarks about objects that other sessions use
 * @param unknownCalls functions that it calls but whose code is not in the script
 */
record ReadStatement(
        SqlStatement statement,
        StatementEffects all,
        List<PlannedEffect> effects,
        List<QualifiedName> refusedOn,
        List<StatementEffects.Note> notes,
        List<String> unknownCalls,
        Optional<NonTransactional.Reason> nonTransactional) {
    /** Whether it runs code that its text does not show. */
    boolean isUnknown() {
        return all.isOpaque() || !unknownCalls.isEmpty();
    }

    /** Whether it holds a lock that blocks other sessions, on a relation that they use. */
    boolean blocksOthers() {
        return effects.stream()
                .anyMatch(each -> !each.onNewRelation() && each.effect().lock().blocksWrites());
    }
}
