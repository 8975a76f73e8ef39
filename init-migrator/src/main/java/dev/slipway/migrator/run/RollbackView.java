package dev.slipway.migrator.run;

import dev.slipway.migrator.flyway.FlywayRollback.Preview;
import dev.slipway.migrator.history.Comparison;
import dev.slipway.migrator.rollback.Connected;
import dev.slipway.migrator.rollback.Loss;
import dev.slipway.migrator.rollback.RollbackPlan;
import java.util.List;
import java.util.Optional;

/**
 * What one look at the database showed before a rollback.
 *
 * @param database its name, as the server gives it
 * @param previews one for each step of the plan; none where the plan is refused
 * @param migratingNow who holds the lock
 */
record RollbackView(
        String database,
        Comparison comparison,
        RollbackPlan plan,
        List<Preview> previews,
        List<Loss> losses,
        List<Connected> connected,
        Optional<String> migratingNow) {}
