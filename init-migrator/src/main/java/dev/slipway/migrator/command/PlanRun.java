package dev.slipway.migrator.command;

import dev.slipway.contract.RunOutcome;
import dev.slipway.contract.Setting;
import dev.slipway.migrator.apply.PendingScripts;
import dev.slipway.migrator.files.MigrationFile;
import dev.slipway.migrator.files.MigrationFolder;
import dev.slipway.migrator.history.Comparison;
import dev.slipway.migrator.plan.Catalogue;
import dev.slipway.migrator.plan.MigrationPlan;
import dev.slipway.migrator.plan.PendingPlan;
import dev.slipway.migrator.plan.PlannedScript;
import dev.slipway.migrator.report.Json;
import dev.slipway.migrator.report.RunReport;
import dev.slipway.migrator.report.Terminal;
import dev.slipway.migrator.run.ReadRun;
import dev.slipway.migrator.run.RunContext;
import java.io.PrintStream;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;

/** {@code slipway plan}: what the next run would do, and which locks it would take; changes nothing. */
final class PlanRun {
    private final RunContext context;
    private final MigrationFolder folder;
    private final PrintStream out;
    private final Terminal terminal;
    private final boolean json;
    private final boolean all;

    /** @param all whether to show every statement, however many there are */
    PlanRun(RunContext context, MigrationFolder folder, PrintStream out, Terminal terminal, boolean json, boolean all) {
        this.context = context;
        this.folder = folder;
        this.out = out;
        this.terminal = terminal;
        this.json = json;
        this.all = all;
    }

    RunReport run() {
        Seen seen = ReadRun.look(context, this::look);
        Comparison comparison = context.refuse(seen.compared()).comparison();
        seen.pending().refuse();
        MigrationPlan plan = seen.plan();
        List<String> contract = scripts(seen.pending().pending().stream()
                .filter(MigrationFile::isContract)
                .toList());
        List<String> held = scripts(comparison.held());
        if (json) {
            var document = new LinkedHashMap<>(plan.toJson());
            document.put("phase", Setting.PHASE.format(context.settings().get(Setting.PHASE)));
            document.put("contract", contract);
            document.put("held", held);
            out.println(Json.write(document));
        } else {
            out.print(plan.toTable(all, terminal));
            contract.forEach(script -> out.println("contract: " + script));
            held.forEach(script -> out.println("held for phase contract: " + script));
        }
        int pending = seen.pending().pending().size();
        String message = pending == 0
                ? "nothing is pending"
                : pending + (pending == 1 ? " script is" : " scripts are") + " pending, with " + plan.hazardCount()
                        + (plan.hazardCount() == 1 ? " hazard" : " hazards");
        return context.succeeded(RunOutcome.CHECKED, message, comparison);
    }

    /** What one look at the database showed. */
    private record Seen(RunContext.Compared compared, PendingScripts pending, MigrationPlan plan) {}

    private Seen look(Connection connection) throws SQLException {
        RunContext.Compared compared = context.lookAsAdopted(folder, connection);
        PendingScripts pending = context.pendingScripts(folder, compared.comparison(), connection);
        List<PlannedScript> scripts = PendingPlan.scripts(pending);
        String schema = context.settings().get(Setting.SCHEMA);
        Catalogue catalogue = Catalogue.read(connection, scripts, schema);
        return new Seen(compared, pending, MigrationPlan.of(scripts, schema, catalogue));
    }

    private static List<String> scripts(List<MigrationFile> files) {
        return files.stream().map(MigrationFile::script).toList();
    }
}
