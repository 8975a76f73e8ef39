package dev.slipway.migrator.flyway;

import dev.slipway.contract.ExitCode;
import dev.slipway.contract.Setting;
import dev.slipway.contract.Settings;
import dev.slipway.migrator.files.MigrationFile;
import dev.slipway.migrator.files.MigrationFolder;
import dev.slipway.migrator.history.Comparison;
import dev.slipway.migrator.history.HistoryTable;
import dev.slipway.migrator.ledger.Progress;
import dev.slipway.migrator.ledger.RunLedger;
import dev.slipway.migrator.report.EventLog;
import dev.slipway.migrator.report.RunFailure;
import dev.slipway.migrator.session.DeadClients;
import dev.slipway.migrator.session.PoolerProbe;
import dev.slipway.migrator.session.SessionSettings;
import dev.slipway.migrator.session.Termination;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.flywaydb.core.api.CoreErrorCode;
import org.flywaydb.core.api.ErrorCode;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.core.api.callback.Event;
import org.flywaydb.core.internal.info.MigrationInfoImpl;
import org.flywaydb.core.internal.info.MigrationInfoServiceImpl;

/**
 * The full path, on a connection that holds the lock: history made or checked, every pending script read, then applied
 * one by one.
 */
public final class FlywayMigration {
    private static final Duration USUAL_FIRST_LOOK = Duration.ofSeconds(2);

    private final Connection connection;
    private final Settings settings;
    private final MigrationFolder folder;
    private final Scripts scripts;
    private final Comparison comparison;
    private final PendingScripts ready;
    private final HistoryTable table;
    private final EventLog log;
    private final Termination termination;
    private final DeadClients deadClients;
    private final Callable<Connection> connectForALook;
    private final String slipwayVersion;
    private final List<AppliedScript> applied = new ArrayList<>();

    /**
     * @param folder what there is to apply; its callbacks are read before anything runs, like the migrations
     * @param comparison of this folder with the history, under the lock; it decides which versions may run now
     * @param ready what is pending by it, read
     * @param deadClients as they were applied to the connection
     * @param connectForALook opens a short-lived connection, to see who blocks a migration
     */
    public FlywayMigration(
            Connection connection,
            Settings settings,
            MigrationFolder folder,
            Scripts scripts,
            Comparison comparison,
            PendingScripts ready,
            EventLog log,
            Termination termination,
            DeadClients deadClients,
            Callable<Connection> connectForALook,
            String slipwayVersion) {
        this.connection = connection;
        this.settings = settings;
        this.folder = folder;
        this.scripts = scripts;
        this.comparison = comparison;
        this.ready = ready;
        this.table = new HistoryTable(settings.get(Setting.SCHEMA), settings.get(Setting.HISTORY_TABLE));
        this.log = log;
        this.termination = termination;
        this.deadClients = deadClients;
        this.connectForALook = connectForALook;
        this.slipwayVersion = slipwayVersion;
    }

    /** What has been applied so far; also after a failure. */
    public List<AppliedScript> applied() {
        return List.copyOf(applied);
    }

    /**
     * Applies everything that is pending.
     *
     * @param owed whether callbacks of an earlier run are still to be called, even if nothing is pending
     * @throws RunFailure where files and history disagree, or a script failed
     * @throws SQLException where the connection is gone; the history tells what is applied
     */
    public void run(boolean owed) throws SQLException {
        try {
            FlywaySession.withSql(connection, settings, scripts, log, flyway -> {
                migrate(folder.callbacks().isEmpty() ? flyway : flyway.withLockedCallbacks(log), owed);
                return "";
            });
        } catch (FlywayException refused) {
            throw FlywayRefusal.explain(refused, soFar());
        }
    }

    private void migrate(FlywaySession flyway, boolean owed) throws SQLException {
        int pid = PoolerProbe.serverProcess(connection);
        try (var watch = new StatementWatch(connectForALook, connection, pid, firstLook(), log)) {
            migrate(flyway, watch, owed);
        }
    }

    private void migrate(FlywaySession flyway, StatementWatch watch, boolean owed) throws SQLException {
        SessionSettings settingsOfSession = SessionSettings.apply(connection, settings, deadClients);
        new HistorySetUp(connection, settings, log).prepare(flyway);
        new DrizzleAdoption(connection, settings, flyway, log).adopt();
        MigrationInfoServiceImpl info = flyway.info();
        int lastRank = lastRank(info);
        flyway.lock().historyEndsAt(lastRank);
        List<MigrationInfoImpl> runnable = runnable(info);
        if (runnable.isEmpty() && !owed) {
            refuseDisagreement(info);
            return;
        }
        List<PendingScript> pending = pending(flyway, runnable, lastRank);
        validate(flyway, info);
        log.info("migrating", "pending", pending.size(), "schema", table.schema(), "callbacksOwed", owed);
        RunLedger ledger = RunLedger.open(connection, table, slipwayVersion, log);
        if (folder.hasCallbacksAtTheEnd() && !owed) {
            ledger.write(ledger.started(RunLedger.CALLBACKS, new Progress(0, List.of())));
        }
        runAll(flyway, settingsOfSession, ledger, watch, pending);
        ledger.callbacksFinished();
    }

    private static int lastRank(MigrationInfoServiceImpl info) {
        int last = 0;
        for (MigrationInfo each : info.all()) {
            last = each.getInstalledRank() == null ? last : Math.max(last, each.getInstalledRank());
        }
        return last;
    }

    private List<PendingScript> pending(FlywaySession flyway, List<MigrationInfoImpl> runnable, int lastRank)
            throws SQLException {
        var pending = new ArrayList<PendingScript>();
        for (MigrationInfoImpl migration : runnable) {
            ReadyScript script = ready.named(migration.getScript());
            if (script.withoutControl()) {
                log.info("its BEGIN and COMMIT are not sent, as its transactions are ours", "script", script.name());
            }
            pending.add(script.changing(new AppliedRow(flyway, migration, lastRank)));
        }
        return pending;
    }

    private void validate(FlywaySession flyway, MigrationInfoServiceImpl info) {
        flyway.callbacks().onEvent(Event.BEFORE_VALIDATE);
        try {
            refuseDisagreement(info);
        } catch (RunFailure disagreement) {
            new Callbacks(flyway, log).afterError(Event.AFTER_VALIDATE_ERROR);
            throw disagreement;
        }
        flyway.callbacks().onEvent(Event.AFTER_VALIDATE);
    }

    /** With Flyway's callbacks around it, in Flyway's order. */
    private void runAll(
            FlywaySession flyway,
            SessionSettings settingsOfSession,
            RunLedger ledger,
            StatementWatch watch,
            List<PendingScript> pending)
            throws SQLException {
        flyway.callbacks().onMigrateOrUndoEvent(Event.BEFORE_MIGRATE);
        try {
            boolean versioned = true;
            if (!pending.isEmpty()) {
                var session = ScriptSession.begin(
                        flyway,
                        settingsOfSession,
                        new SessionTraces(connection, table),
                        ledger,
                        log,
                        !folder.callbacks().isEmpty());
                LockRetry retry = LockRetry.after(settings.get(Setting.LOCK_TIMEOUT));
                versioned = runAll(flyway, session, new ScriptRunner(session, retry, termination, watch), pending);
            }
            if (versioned) {
                flyway.callbacks().onMigrateOrUndoEvent(Event.AFTER_VERSIONED);
            }
        } catch (RunFailure | FlywayException failure) {
            new Callbacks(flyway, log).afterError(Event.AFTER_MIGRATE_ERROR);
            throw failure;
        }
        flyway.callbacks().onMigrateOrUndoEvent(Event.AFTER_MIGRATE_APPLIED);
        flyway.callbacks().onMigrateOrUndoEvent(Event.AFTER_MIGRATE);
    }

    /** Returns whether all of them were versioned. */
    private boolean runAll(
            FlywaySession flyway, ScriptSession session, ScriptRunner runner, List<PendingScript> pending)
            throws SQLException {
        boolean versioned = true;
        for (PendingScript script : pending) {
            if (versioned && script.script().version().isEmpty()) {
                flyway.callbacks().onMigrateOrUndoEvent(Event.AFTER_VERSIONED);
                flyway.callbacks().onMigrateOrUndoEvent(Event.BEFORE_REPEATABLES);
                versioned = false;
            }
            applied.add(runner.run(script));
            session.tidyUp(script);
        }
        session.tidyUp();
        return versioned;
    }

    /**
     * Before the lock timeout ends a wait, so that its cause is still there to be seen. In milliseconds, as a Duration
     * divides by way of BigDecimal, whose first use takes longer than a migration.
     */
    private Duration firstLook() {
        long half = settings.get(Setting.LOCK_TIMEOUT).toMillis() / 2;
        return half == 0 ? USUAL_FIRST_LOOK : Duration.ofMillis(Math.min(half, USUAL_FIRST_LOOK.toMillis()));
    }

    /** A database that is ahead keeps the repeatable migrations of the newer image. */
    private List<MigrationInfoImpl> runnable(MigrationInfoServiceImpl info) {
        boolean ahead = !comparison.versionsAhead().isEmpty()
                || Arrays.stream(info.future()).anyMatch(each -> each.getVersion() != null);
        Set<String> held = names(comparison.held().stream());
        List<MigrationInfoImpl> runnable = Arrays.stream(info.pending())
                .filter(each -> !(ahead && each.getVersion() == null))
                .filter(each -> !held.contains(each.getScript()))
                .toList();
        refuseUnexpected(runnable);
        return runnable;
    }

    /** Flyway lets late versions pass here, so that those which may come late can; no other one gets through. */
    private void refuseUnexpected(List<MigrationInfoImpl> runnable) {
        Set<String> unexpected =
                names(folder.migrations().stream().filter(file -> file.kind() == MigrationFile.Kind.VERSIONED));
        unexpected.removeAll(names(comparison.pending().stream()));
        for (MigrationInfoImpl pending : runnable) {
            if (unexpected.contains(pending.getScript())) {
                throw new RunFailure(
                        ExitCode.HISTORY_DIFFERS,
                        pending.getScript() + " is pending for Flyway, but not by the comparison of files and history",
                        "this is a defect of Slipway; please report it with the rows of the history");
            }
        }
    }

    private static Set<String> names(Stream<MigrationFile> files) {
        return files.map(MigrationFile::script).collect(Collectors.toCollection(HashSet::new));
    }

    private static void refuseDisagreement(MigrationInfoServiceImpl info) {
        if (info.failed().length > 0) {
            MigrationInfoImpl failed = info.failed()[0];
            throw new RunFailure(
                    ExitCode.PREFLIGHT_REFUSED,
                    "the history says that " + failed.getScript()
                            + " failed half-way, outside a transaction, in another tool",
                    "look at what it left, then run 'slipway repair' to remove the row");
        }
        String errors = info.validate().stream()
                .filter(each -> !isOnlyPending(each.errorDetails.errorCode))
                .map(each -> each.errorDetails.errorMessage.lines().findFirst().orElse(""))
                .collect(Collectors.joining("; "));
        if (!errors.isEmpty()) {
            throw new RunFailure(
                    ExitCode.HISTORY_DIFFERS,
                    "files and history disagree: " + errors,
                    ExitCode.HISTORY_DIFFERS.wayOut());
        }
    }

    private static boolean isOnlyPending(ErrorCode code) {
        return code == CoreErrorCode.RESOLVED_VERSIONED_MIGRATION_NOT_APPLIED
                || code == CoreErrorCode.RESOLVED_REPEATABLE_MIGRATION_NOT_APPLIED
                || code == CoreErrorCode.OUTDATED_REPEATABLE_MIGRATION;
    }

    private String soFar() {
        return applied.isEmpty() ? "nothing was applied" : "the migrations that were applied before it stay";
    }
}
