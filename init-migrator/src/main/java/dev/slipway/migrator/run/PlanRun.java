package dev.slipway.migrator.run;

import dev.slipway.contract.Setting;
import dev.slipway.migrator.files.MigrationFolder;
import dev.slipway.migrator.history.Comparison;
import dev.slipway.migrator.plan.MigrationPlan;
import dev.slipway.migrator.report.Json;
import dev.slipway.migrator.report.RunReport;
import dev.slipway.migrator.report.RunReport.Outcome;
import java.io.PrintStream;

/** {@code slipway plan}: what the next run would do, and which locks it would take; changes nothing. */
final class PlanRun {
    private final RunContext context;
    private final MigrationFolder folder;
    private final PrintStream out;
    private final boolean json;

    PlanRun(RunContext context, MigrationFolder folder, PrintStream out, boolean json) {
        this.context = context;
        this.folder = folder;
        this.out = out;
        this.json = json;
    }

    RunReport run() {
        Comparison comparison = ReadRun.look(context, connection -> context.compare(folder, connection));
        Disagreement.refuse(comparison);
        MigrationPlan plan =
                PendingPlan.of(comparison, folder.layout(), context.settings().get(Setting.SCHEMA));
        out.print(json ? Json.write(plan.toJson()) + '\n' : plan.toTable());
        int pending = comparison.pending().size();
        String message = pending == 0
                ? "nothing is pending"
                : pending + (pending == 1 ? " script is" : " scripts are") + " pending, with " + plan.hazardCount()
                        + " hazards";
        return context.succeeded(Outcome.CHECKED, message, comparison);
    }
}
