package dev.slipway.migrator.rollback;

import dev.slipway.migrator.history.Comparison;
import dev.slipway.migrator.rollback.UndoRun.Preview;
import java.util.List;
import java.util.Optional;

/**
 * The state of the database before a rollback.
 *
 * @param database its name according to the server
 * @param previews one for each step of the plan; none if the plan is refused
 * @param migratingNow the session that holds the lock
 */
public record RollbackView(
        String database,
        Comparison comparison,
        RollbackPlan plan,
        List<Preview> previews,
        List<DataLoss> losses,
        List<OtherSessions> connected,
        Optional<String> migratingNow) {}
