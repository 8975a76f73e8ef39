package dev.slipway.migrator.rollback;

import dev.slipway.migrator.history.Comparison;
import dev.slipway.migrator.rollback.UndoRun.Preview;
import java.util.List;
import java.util.Optional;

/**
 * What one look at the database showed before a rollback.
 *
 * @param database its name, as the server gives it
 * @param previews one for each step of the plan; none if the plan is refused
 * @param migratingNow who holds the lock
 */
public record RollbackView(
        String database,
        Comparison comparison,
        RollbackPlan plan,
        List<Preview> previews,
        List<DataLoss> losses,
        List<OtherSessions> connected,
        Optional<String> migratingNow) {}
