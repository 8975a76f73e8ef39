package dev.slipway.migrator.run;

import dev.slipway.contract.ExitCode;
import dev.slipway.migrator.files.MigrationFolder;
import dev.slipway.migrator.files.Version;
import dev.slipway.migrator.flyway.FlywayHistory;
import dev.slipway.migrator.flyway.FlywayHistory.Repaired;
import dev.slipway.migrator.history.Comparison;
import dev.slipway.migrator.history.Difference;
import dev.slipway.migrator.history.HistoryRow;
import dev.slipway.migrator.ledger.RunLedger;
import dev.slipway.migrator.report.RunFailure;
import dev.slipway.migrator.report.RunReport;
import dev.slipway.migrator.report.RunReport.Outcome;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * {@code slipway repair}: makes the history say what the files say. It removes rows of failed migrations, takes over
 * changed checksums, marks rows without a file as deleted, and closes attempts that never ended. It changes no other
 * table; so it says first what it will do, and needs a yes.
 */
final class RepairRun implements LockLoop.Work {
    private final RunContext context;
    private final MigrationFolder folder;
    private final boolean confirmed;

    RepairRun(RunContext context, MigrationFolder folder, boolean confirmed) {
        this.context = context;
        this.folder = folder;
        this.confirmed = confirmed;
    }

    RunReport run() {
        return context.lockLoop().run(this);
    }

    @Override
    public LockLoop.Look look(Connection connection) throws SQLException {
        Comparison comparison = context.compare(folder, connection);
        List<String> intended = intended(comparison, unfinished(connection));
        if (intended.isEmpty()) {
            Disagreement.refuse(comparison);
            return new LockLoop.Look(
                    Optional.of(context.succeeded(Outcome.UP_TO_DATE, "nothing to repair", comparison)),
                    comparison.applied().size());
        }
        if (!confirmed) {
            throw new RunFailure(
                    ExitCode.USAGE,
                    "repair would " + String.join("; ", intended),
                    "if that is what you want, run it again with --yes; nothing has been changed",
                    Map.of("intended", intended),
                    null);
        }
        return new LockLoop.Look(Optional.empty(), comparison.applied().size());
    }

    @Override
    public RunReport underLock(Connection connection) throws SQLException {
        ReadOnly.refuse(connection, context.connector().describe());
        int closed = ledger(connection).isPresent() ? ledger(connection).get().closeUnfinished() : 0;
        boolean someCameLate = someCameLate(context.compare(folder, connection));
        Repaired repaired = new FlywayHistory(connection, context.settings(), context.scripts(), context.log())
                .repair(folder, someCameLate);
        String message = "removed " + repaired.removed().size() + " failed rows, took over "
                + repaired.aligned().size()
                + " changed files, marked " + repaired.deleted().size() + " rows without a file as deleted, closed "
                + closed
                + " unfinished attempts";
        context.log().info("repaired", "what", message);
        Comparison after = context.compare(folder, connection);
        Disagreement.refuse(after);
        return context.succeeded(Outcome.APPLIED, message, after);
    }

    /** Whether a version that no file here knows is not above all that they know. */
    private boolean someCameLate(Comparison comparison) {
        Optional<Version> newest = folder.migrations().stream()
                .flatMap(file -> file.version().stream())
                .max(Version::compareTo);
        return comparison.ahead().stream()
                .flatMap(row -> row.version().stream())
                .anyMatch(version -> newest.isPresent() && version.compareTo(newest.get()) < 0);
    }

    private List<String> unfinished(Connection connection) throws SQLException {
        Optional<RunLedger> ledger = ledger(connection);
        return ledger.isPresent() ? ledger.get().unfinishedScripts() : List.of();
    }

    private Optional<RunLedger> ledger(Connection connection) throws SQLException {
        return RunLedger.openExisting(connection, context.table(), context.slipwayVersion());
    }

    private static List<String> intended(Comparison comparison, List<String> unfinished) {
        var intended = new ArrayList<String>();
        for (HistoryRow row : comparison.failed()) {
            intended.add("remove the failed row of " + row.label());
        }
        for (Difference difference : comparison.differences()) {
            switch (difference.kind()) {
                case CHECKSUM, DESCRIPTION -> intended.add("take over the changed file of " + difference.label());
                case MISSING -> intended.add("mark " + difference.label() + " as deleted, as its file is gone");
                case OUT_OF_ORDER, UNMATCHED -> {
                    // Only a person can tell what is right here; a repair follows the files.
                }
            }
        }
        unfinished.forEach(script -> intended.add("close the unfinished attempt at " + script));
        return intended;
    }
}
