package dev.slipway.migrator.run;

import dev.slipway.migrator.flyway.PendingScripts;
import dev.slipway.migrator.plan.MigrationPlan;
import dev.slipway.migrator.plan.PendingScript;

/** What the pending scripts would do. */
final class PendingPlan {
    private PendingPlan() {}

    /** @param schema where names without a schema are looked up */
    static MigrationPlan of(PendingScripts pending, String schema) {
        return MigrationPlan.of(
                pending.scripts().stream()
                        .map(each -> new PendingScript(each.name(), each.sql()))
                        .toList(),
                schema);
    }
}
