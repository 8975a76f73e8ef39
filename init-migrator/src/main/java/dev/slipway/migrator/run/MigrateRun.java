package dev.slipway.migrator.run;

import dev.slipway.contract.ExitCode;
import dev.slipway.contract.SchemaAhead;
import dev.slipway.contract.Setting;
import dev.slipway.migrator.files.MigrationFolder;
import dev.slipway.migrator.flyway.AppliedScript;
import dev.slipway.migrator.flyway.FlywayMigration;
import dev.slipway.migrator.flyway.PendingScripts;
import dev.slipway.migrator.history.Comparison;
import dev.slipway.migrator.report.RunFailure;
import dev.slipway.migrator.report.RunReport;
import dev.slipway.migrator.report.RunReport.Outcome;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/**
 * {@code slipway migrate}: look at the history; nothing to do, and the run ends without lock and without Flyway. Otherwise
 * migrate under the lock, on the connection that holds it, and look once more.
 */
final class MigrateRun implements LockLoop.Work {
    private final RunContext context;
    private final MigrationFolder folder;
    private final LockLoop loop;
    private boolean saidAhead;

    MigrateRun(RunContext context, MigrationFolder folder) {
        this.context = context;
        this.folder = folder;
        this.loop = context.lockLoop();
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
        Comparison comparison = agreed(connection);
        boolean done = comparison.isUpToDate() && !context.owesCallbacks(folder, comparison, connection);
        Optional<RunReport> ended = done ? Optional.of(upToDate(comparison)) : Optional.empty();
        return new LockLoop.Look(ended, comparison.applied().size());
    }

    @Override
    public RunReport underLock(Connection connection) throws SQLException {
        Comparison before = agreed(connection);
        boolean owed = context.owesCallbacks(folder, before, connection);
        if (before.isUpToDate() && !owed) {
            return upToDate(before);
        }
        ReadOnly.refuse(connection, context.connector().describe());
        var migration = new FlywayMigration(
                connection,
                context.settings(),
                folder,
                context.scripts(),
                before,
                read(before, connection),
                context.log(),
                context.termination(),
                loop.deadClients(),
                context.connector()::connectOnce,
                context.slipwayVersion());
        try {
            migration.run(owed);
        } finally {
            migration.applied().stream().map(AppliedScript::script).forEach(context.applied()::add);
        }
        Comparison after = agreed(connection);
        refuseRest(after);
        return upToDate(after);
    }

    /**
     * Before Flyway comes in, and so before anything is made. A schema that is somebody else's is refused first, as the
     * pre-flight does it.
     */
    private PendingScripts read(Comparison before, Connection connection) throws SQLException {
        PendingScripts ready = context.pendingScripts(folder, before, connection);
        if (ready.refusal().isPresent() && !context.isForeign(connection)) {
            ready.refuse();
        }
        return ready;
    }

    private Comparison agreed(Connection connection) throws SQLException {
        Comparison comparison = context.compare(folder, connection);
        Disagreement.refuse(comparison);
        List<String> ahead = comparison.versionsAhead();
        if (!ahead.isEmpty()) {
            allowOrRefuse(ahead);
        }
        SchemaFloor.refuse(context, folder, comparison, connection);
        Optional<RunFailure> early =
                Disagreement.contractBeforeExpand(comparison, context.settings().get(Setting.PHASE));
        if (early.isPresent()) {
            throw early.get();
        }
        return comparison;
    }

    private void allowOrRefuse(List<String> ahead) {
        if (context.settings().get(Setting.SCHEMA_AHEAD) == SchemaAhead.FAIL) {
            throw Disagreement.ahead(ahead);
        }
        if (!saidAhead) {
            saidAhead = true;
            context.log()
                    .info(
                            "the database is ahead of this image, which may start on it; its repeatable migrations are"
                                    + " not applied",
                            "ahead",
                            ahead);
        }
    }

    /** Flyway and this program must agree on what is left; if they ever do not, nobody may start. */
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
            String what = "applied " + count + (count == 1 ? " migration" : " migrations") + "; schema is " + schema;
            return context.succeeded(Outcome.APPLIED, what, comparison);
        }
        if (loop.waiting().hasWaitedForReplica()) {
            String what = "another replica migrated while this one waited; schema is " + schema;
            return context.succeeded(Outcome.WAITED, what, comparison);
        }
        return context.succeeded(Outcome.UP_TO_DATE, "nothing to do; schema is " + schema, comparison);
    }
}
