package dev.slipway.migrator.command;

import dev.slipway.contract.ExitCode;
import dev.slipway.contract.RunOutcome;
import dev.slipway.contract.Setting;
import dev.slipway.migrator.drift.KeptSnapshot;
import dev.slipway.migrator.failure.RunFailure;
import dev.slipway.migrator.flyway.FlywayHistory;
import dev.slipway.migrator.history.HistoryRow;
import dev.slipway.migrator.lock.LockLoop;
import dev.slipway.migrator.report.RunReport;
import dev.slipway.migrator.run.ReadOnly;
import dev.slipway.migrator.run.RunContext;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * {@code slipway baseline}: gives an existing schema a history that begins at a version. Running it twice is harmless.
 */
final class BaselineRun implements LockLoop.Work {
    private final RunContext context;
    private final String version;

    BaselineRun(RunContext context) {
        this.context = context;
        this.version = context.settings()
                .get(Setting.BASELINE_VERSION)
                .orElseThrow(() -> new RunFailure(
                        ExitCode.USAGE,
                        "baseline needs " + Setting.BASELINE_VERSION.flag()
                                + ": the version up to which the migrations have already been applied",
                        "for example: slipway baseline " + Setting.BASELINE_VERSION.flag() + " 12"));
    }

    RunReport run() {
        return context.lockLoop().run(this);
    }

    @Override
    public LockLoop.Look look(Connection connection) throws SQLException {
        List<HistoryRow> rows = context.place().read(connection).orElse(List.of());
        context.place().weigh(true);
        if (rows.isEmpty()) {
            return new LockLoop.Look(Optional.empty(), 0);
        }
        boolean same = rows.stream()
                .anyMatch(row ->
                        row.type().equals("BASELINE") && row.versionText().equals(version));
        if (same) {
            return new LockLoop.Look(
                    Optional.of(report("the schema was adopted as version " + version + " already")), rows.size());
        }
        throw new RunFailure(
                ExitCode.HISTORY_DIFFERS,
                "the history " + context.table().quoted() + " has " + rows.size() + " rows already, the last is "
                        + rows.get(rows.size() - 1).label(),
                "a schema with a history needs no baseline; see 'slipway status'");
    }

    @Override
    public RunReport underLock(Connection connection) throws SQLException {
        LockLoop.Look again = look(connection);
        if (again.ended().isPresent()) {
            return again.ended().get();
        }
        ReadOnly.refuse(connection, context.connector().describe());
        var history = new FlywayHistory(connection, context.settings(), context.scripts(), context.log());
        KeptSnapshot.around(connection, context.table(), context.log(), history::baseline);
        return report("adopted the existing schema as version " + version);
    }

    private RunReport report(String message) {
        return context.report(ExitCode.OK, RunOutcome.APPLIED, message, "", Optional.of(version), Map.of());
    }
}
