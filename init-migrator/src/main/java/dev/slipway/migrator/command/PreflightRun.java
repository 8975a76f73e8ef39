package dev.slipway.migrator.command;

import dev.slipway.contract.ExitCode;
import dev.slipway.contract.PreflightCheck;
import dev.slipway.contract.RunOutcome;
import dev.slipway.contract.Setting;
import dev.slipway.migrator.apply.PendingScripts;
import dev.slipway.migrator.config.MigratorConfig;
import dev.slipway.migrator.drizzle.DrizzleHistory;
import dev.slipway.migrator.failure.RunFailure;
import dev.slipway.migrator.failure.UnexpectedSql;
import dev.slipway.migrator.files.MigrationFile;
import dev.slipway.migrator.files.MigrationFolder;
import dev.slipway.migrator.flyway.FlywayPlaceholders;
import dev.slipway.migrator.history.Comparison;
import dev.slipway.migrator.history.HistoryRow;
import dev.slipway.migrator.history.HistoryTable;
import dev.slipway.migrator.history.HistoryVerdict;
import dev.slipway.migrator.history.HistoryVerdict.Objection;
import dev.slipway.migrator.plan.PendingPlan;
import dev.slipway.migrator.preflight.Finding;
import dev.slipway.migrator.preflight.MigrationState;
import dev.slipway.migrator.preflight.Preflight;
import dev.slipway.migrator.preflight.PreflightReport;
import dev.slipway.migrator.preflight.RecordedState;
import dev.slipway.migrator.report.Json;
import dev.slipway.migrator.report.RunReport;
import dev.slipway.migrator.report.Terminal;
import dev.slipway.migrator.run.RunContext;
import dev.slipway.migrator.run.SchemaFloor;
import dev.slipway.migrator.session.DatabaseIdentity;
import java.io.PrintStream;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** {@code slipway preflight}, and the first half of {@code slipway migrate --preflight}. */
final class PreflightRun {
    private final RunContext context;
    private final MigratorConfig config;
    private final MigrationFolder folder;
    private final PrintStream out;
    private final boolean json;
    private final Terminal terminal;

    PreflightRun(
            RunContext context,
            MigratorConfig config,
            MigrationFolder folder,
            PrintStream out,
            boolean json,
            Terminal terminal) {
        this.context = context;
        this.config = config;
        this.folder = folder;
        this.out = out;
        this.json = json;
        this.terminal = terminal;
    }

    /** @throws RunFailure if a check refuses */
    RunReport run() {
        PreflightReport report = new Preflight(
                        config,
                        context.drizzle().map(DrizzleHistory::table),
                        this::state,
                        reason -> context.log().warn("waiting for the database", "reason", reason),
                        context.termination())
                .run();
        print(report);
        if (report.exitCode() != ExitCode.OK) {
            throw refusal(report);
        }
        return context.report(ExitCode.OK, RunOutcome.CHECKED, report.summary(), "", Optional.empty(), Map.of());
    }

    private RunFailure refusal(PreflightReport report) {
        String sentence = report.decisive()
                .map(finding -> finding.check() + ": " + finding.seen())
                .orElse(report.summary());
        String wayOut = report.decisive().map(Finding::wayOut).orElse("");
        return new RunFailure(report.exitCode(), sentence, wayOut, Map.of("summary", report.summary()), null);
    }

    /**
     * Prints a table for people, or one log line per finding for programs, like everything else in the log of a pod.
     */
    private void print(PreflightReport report) {
        if (json) {
            out.println(Json.write(report.toMap()));
        } else if (context.log().isJson()) {
            report.findings().forEach(this::log);
        } else {
            out.print(report.toTable(terminal));
        }
    }

    private void log(Finding finding) {
        Optional<String> wayOut = Optional.of(finding.wayOut()).filter(text -> !text.isEmpty());
        context.log()
                .info(
                        "check",
                        "check",
                        finding.check(),
                        "verdict",
                        finding.verdict().word(),
                        "seen",
                        finding.seen(),
                        "wayOut",
                        wayOut);
    }

    private MigrationState state(RecordedState recorded) {
        RunContext.Compared compared = context.compare(recorded);
        Comparison comparison = compared.comparison();
        PendingScripts pending = pending(recorded, comparison);
        List<SchemaFloor> floors = SchemaFloor.of(folder, comparison, recorded.oldestAppVersions());
        return new MigrationState(
                (int) comparison.applied().stream()
                        .filter(row -> !row.isBaseline())
                        .count(),
                pending(pending, owesCallbacks(recorded, comparison)),
                comparison.held().stream().map(MigrationFile::script).toList(),
                comparison.ahead().stream()
                        .filter(row -> row.version().isPresent())
                        .map(HistoryRow::label)
                        .toList(),
                PendingPlan.scripts(pending),
                floors.stream().findFirst().map(floor -> floor.oldest().toString()),
                HistoryVerdict.remark(comparison),
                objections(compared, recorded.schema(), floors, pending));
    }

    private boolean owesCallbacks(RecordedState recorded, Comparison comparison) {
        return folder.hasCallbacksAtTheEnd()
                && comparison.versionsAhead().isEmpty()
                && recorded.attempts().owesCallbacks();
    }

    private static List<String> pending(PendingScripts pending, boolean owesCallbacks) {
        List<String> scripts =
                pending.pending().stream().map(MigrationFile::script).toList();
        return scripts.isEmpty() && owesCallbacks ? List.of("the callbacks of an earlier run") : scripts;
    }

    private PendingScripts pending(RecordedState recorded, Comparison comparison) {
        DatabaseIdentity.Source identity = () -> recorded.identity()
                .orElseThrow(() -> new SQLException("the server did not say who is connected to which database"));
        try {
            return PendingScripts.read(
                    folder,
                    comparison,
                    new FlywayPlaceholders(context.settings(), identity),
                    recorded.attempts(),
                    owesCallbacks(recorded, comparison));
        } catch (SQLException unanswered) {
            throw UnexpectedSql.explain(unanswered, context.connector().describe());
        }
    }

    /** The same objections that the migration would raise. */
    private List<Objection> objections(
            RunContext.Compared compared, String schema, List<SchemaFloor> floors, PendingScripts pending) {
        var table = new HistoryTable(schema, context.settings().get(Setting.HISTORY_TABLE));
        var objections = new ArrayList<>(context.objections(compared, table));
        pending.refusal()
                .map(failure -> new Objection(PreflightCheck.MIGRATIONS, failure))
                .ifPresent(objections::add);
        SchemaFloor.refusal(context.settings(), floors)
                .map(failure -> new Objection(PreflightCheck.APP_VERSION, failure))
                .ifPresent(objections::add);
        return objections;
    }
}
