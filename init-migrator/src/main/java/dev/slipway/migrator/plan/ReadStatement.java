package dev.slipway.migrator.plan;

import dev.slipway.migrator.sql.NonTransactional;
import dev.slipway.migrator.sql.SqlStatement;
import java.util.List;
import java.util.Optional;

/** A statement, read, with what was known about the schema at its turn. */
record ReadStatement(
        SqlStatement statement,
        StatementEffects all,
        List<PlannedEffect> effects,
        Optional<NonTransactional.Reason> nonTransactional) {
    /** It holds a lock that stops others, on a relation that others use. */
    boolean blocksOthers() {
        return effects.stream()
                .anyMatch(each -> !each.onNewRelation() && each.effect().lock().blocksWrites());
    }
}
