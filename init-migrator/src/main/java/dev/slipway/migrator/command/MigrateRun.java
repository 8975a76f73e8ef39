package dev.slipway.migrator.command;

import dev.slipway.contract.ExitCode;
import dev.slipway.contract.RunOutcome;
import dev.slipway.migrator.apply.AppliedScript;
import dev.slipway.migrator.apply.PendingScripts;
import dev.slipway.migrator.drift.KeptSnapshot;
import dev.slipway.migrator.failure.RunFailure;
import dev.slipway.migrator.files.MigrationFolder;
import dev.slipway.migrator.flyway.FlywayMigration;
import dev.slipway.migrator.history.Comparison;
import dev.slipway.migrator.history.HistoryVerdict;
import dev.slipway.migrator.lock.LockLoop;
import dev.slipway.migrator.report.RunReport;
import dev.slipway.migrator.restorepoint.NamedPoint;
import dev.slipway.migrator.run.ReadOnly;
import dev.slipway.migrator.run.RunContext;
import dev.slipway.migrator.run.SchemaFloor;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/**
 * {@code slipway migrate}: reads the history, and if there is nothing to do, ends without lock and without Flyway.
 * Otherwise it migrates under the lock, on the connection that holds it, and reads the history again.
 */
final class MigrateRun implements LockLoop.Work {
    private final RunContext context;
    private final MigrationFolder folder;
    private final LockLoop loop;
    private boolean said;

    MigrateRun(RunContext context, MigrationFolder folder) {
        this.context = context;
        this.folder = folder;
        this.loop = context.lockLoop();
    }

    LockLoop loop() {
        return loop;
    }

    /**
     * Returns when the schema is where this replica needs it.
     *
     * @throws RunFailure in every other case
     */
    RunReport run() {
        return loop.run(this);
    }

    @Override
    public LockLoop.Look look(Connection connection) throws SQLException {
        Comparison comparison = agreed(context.lookAtHistory(folder, connection), connection);
        boolean done = comparison.isUpToDate() && !context.owesCallbacks(folder, comparison, connection);
        Optional<RunReport> ended = done ? Optional.of(upToDate(comparison)) : Optional.empty();
        return new LockLoop.Look(ended, comparison.applied().size());
    }

    @Override
    public RunReport underLock(Connection connection) throws SQLException {
        RunContext.Compared seen = context.look(folder, connection);
        Comparison before = agreed(seen, connection);
        boolean owed = context.owesCallbacks(folder, before, connection);
        if (before.isUpToDate() && !owed) {
            return upToDate(before);
        }
        ReadOnly.refuse(connection, context.connector().describe());
        Comparison due = agreed(context.asAdopted(folder, connection, seen), connection);
        PendingScripts ready = context.pendingScripts(folder, due, connection);
        ready.refuse();
        boolean executes = owed || !ready.scripts().isEmpty();
        Optional<NamedPoint> restorePoint = executes ? context.makeRestorePoint(connection, ready) : Optional.empty();
        var migration = new FlywayMigration(
                connection,
                context.settings(),
                folder,
                context.scripts(),
                seen.existing(),
                ready,
                restorePoint,
                context.log(),
                context.termination(),
                loop.deadClients(),
                context.connector()::connectOnce,
                context.slipwayVersion());
        try {
            KeptSnapshot.around(connection, context.table(), context.log(), () -> migration.run(owed));
        } finally {
            migration.applied().stream().map(AppliedScript::script).forEach(context.applied()::add);
        }
        Comparison after = agreed(context.lookAtHistory(folder, connection), connection);
        refuseRest(after);
        return upToDate(after);
    }

    private Comparison agreed(RunContext.Compared seen, Connection connection) throws SQLException {
        Comparison comparison = context.refuse(seen).comparison();
        say(comparison);
        SchemaFloor.refuse(context, folder, comparison, connection);
        return comparison;
    }

    /** Logs the remark once, however often the history is read. */
    private void say(Comparison comparison) {
        if (said) {
            return;
        }
        said = true;
        List<String> ahead = comparison.versionsAhead();
        if (!ahead.isEmpty()) {
            context.log()
                    .info(
                            "the database is ahead of this image, which may start on it; its repeatable migrations are"
                                    + " not applied",
                            "ahead",
                            ahead);
        }
        HistoryVerdict.remark(comparison)
                .ifPresent(remark -> context.log().info("what the history has and the files lack", "remark", remark));
    }

    /** Refuses if anything is still pending: then the application must not start. */
    private static void refuseRest(Comparison after) {
        if (!after.pending().isEmpty()) {
            throw new RunFailure(
                    ExitCode.MIGRATION_FAILED,
                    "after the migration " + after.pending().size() + " scripts are still pending, the first is "
                            + after.pending().get(0).script(),
                    "this is a defect of Slipway; please report it with the names of the scripts");
        }
    }

    private RunReport upToDate(Comparison comparison) {
        String schema =
                comparison.schemaVersion().map(number -> "at version " + number).orElse("without versions")
                        + (comparison.held().isEmpty()
                                ? ""
                                : ", " + comparison.held().size() + " held for phase contract");
        int count = context.applied().size();
        if (count > 0) {
            String what = "applied " + count + (count == 1 ? " migration" : " migrations") + "; schema is " + schema
                    + context.restorePoint()
                            .map(point -> "; restore point " + point.name())
                            .orElse("");
            return context.succeeded(RunOutcome.APPLIED, what, comparison);
        }
        if (loop.waiting().hasWaitedForReplica()) {
            String what = "another replica migrated while this one waited; schema is " + schema;
            return context.succeeded(RunOutcome.WAITED, what, comparison);
        }
        return context.succeeded(RunOutcome.UP_TO_DATE, "nothing to do; schema is " + schema, comparison);
    }
}
