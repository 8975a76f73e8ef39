package dev.slipway.migrator.flyway;

import dev.slipway.contract.Setting;
import dev.slipway.contract.Settings;
import dev.slipway.migrator.apply.AppliedScript;
import dev.slipway.migrator.apply.LockRetry;
import dev.slipway.migrator.apply.PendingScript;
import dev.slipway.migrator.apply.PendingScripts;
import dev.slipway.migrator.apply.ReadyScript;
import dev.slipway.migrator.apply.ScriptRunner;
import dev.slipway.migrator.apply.ScriptSession;
import dev.slipway.migrator.apply.SessionTraces;
import dev.slipway.migrator.apply.StatementWatch;
import dev.slipway.migrator.drizzle.DrizzleRecord;
import dev.slipway.migrator.drizzle.ScriptOrigin;
import dev.slipway.migrator.failure.RunFailure;
import dev.slipway.migrator.files.MigrationFolder;
import dev.slipway.migrator.history.ExistingSchema;
import dev.slipway.migrator.history.HistoryTable;
import dev.slipway.migrator.ledger.Progress;
import dev.slipway.migrator.ledger.RunLedger;
import dev.slipway.migrator.report.EventLog;
import dev.slipway.migrator.restorepoint.NamedPoint;
import dev.slipway.migrator.session.DeadClients;
import dev.slipway.migrator.session.SameServerProof;
import dev.slipway.migrator.session.SessionSettings;
import dev.slipway.migrator.session.Termination;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.callback.Event;

/**
 * The full path, on a connection that holds the lock: creates the history and applies the pending migrations one by
 * one.
 */
public final class FlywayMigration {
    private static final Duration USUAL_FIRST_LOOK = Duration.ofSeconds(2);

    private final Connection connection;
    private final Settings settings;
    private final MigrationFolder folder;
    private final ScriptOrigin scripts;
    private final Optional<ExistingSchema> existing;
    private final PendingScripts ready;
    private final Optional<NamedPoint> restorePoint;
    private final HistoryTable table;
    private final EventLog log;
    private final Termination termination;
    private final DeadClients deadClients;
    private final Callable<Connection> connectForALook;
    private final String slipwayVersion;
    private final List<AppliedScript> applied = new ArrayList<>();

    /**
     * @param folder the migrations; their callbacks are also read before anything runs
     * @param existing the schema, if it has no history yet
     * @param ready the pending scripts, judged under the lock and read
     * @param restorePoint the one before these scripts, for the table of attempts
     * @param deadClients as they were applied to the connection
     * @param connectForALook opens a short-lived connection, to see who blocks a migration
     */
    public FlywayMigration(
            Connection connection,
            Settings settings,
            MigrationFolder folder,
            ScriptOrigin scripts,
            Optional<ExistingSchema> existing,
            PendingScripts ready,
            Optional<NamedPoint> restorePoint,
            EventLog log,
            Termination termination,
            DeadClients deadClients,
            Callable<Connection> connectForALook,
            String slipwayVersion) {
        this.connection = connection;
        this.settings = settings;
        this.folder = folder;
        this.scripts = scripts;
        this.existing = existing;
        this.ready = ready;
        this.restorePoint = restorePoint;
        this.table = HistoryTable.of(settings);
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
     * @param owed whether callbacks of an earlier run still have to be called, even if nothing is pending
     * @throws RunFailure if a script failed
     * @throws SQLException if the connection is gone; the history tells what is applied
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
        int pid = SameServerProof.serverProcess(connection);
        try (var watch = new StatementWatch(connectForALook, connection, pid, firstLook(), log)) {
            migrate(flyway, watch, owed);
        }
    }

    private void migrate(FlywaySession flyway, StatementWatch watch, boolean owed) throws SQLException {
        SessionSettings settingsOfSession = SessionSettings.apply(connection, settings, deadClients);
        new HistorySetUp(connection, settings, log).prepare(flyway, existing);
        Optional<DrizzleRecord> drizzle = new DrizzleAdoption(connection, settings, flyway, log).adopt();
        int lastRank = table.lastRank(connection);
        flyway.lock().historyEndsAt(lastRank);
        List<PendingScript> pending = pending(flyway, lastRank, drizzle);
        if (pending.isEmpty() && !owed) {
            return;
        }
        flyway.callbacks().onEvent(Event.BEFORE_VALIDATE);
        flyway.callbacks().onEvent(Event.AFTER_VALIDATE);
        log.info("migrating", "pending", pending.size(), "schema", table.schema(), "callbacksOwed", owed);
        RunLedger ledger = RunLedger.open(connection, table, slipwayVersion, restorePoint, log);
        if (folder.hasCallbacksAtTheEnd() && !owed) {
            ledger.write(ledger.started(RunLedger.CALLBACKS, new Progress(0, List.of())));
        }
        runAll(flyway, settingsOfSession, ledger, watch, pending);
        ledger.callbacksFinished();
    }

    private List<PendingScript> pending(FlywaySession flyway, int lastRank, Optional<DrizzleRecord> drizzle) {
        var errors = new ErrorCallbacks(flyway, log);
        var pending = new ArrayList<PendingScript>();
        for (ReadyScript script : ready.scripts()) {
            if (script.withoutControl()) {
                log.info("its BEGIN and COMMIT are not sent, as its transactions are ours", "script", script.name());
            }
            var migration = new PendingMigration(script.file(), script.checksum());
            pending.add(script.changing(new AppliedRow(flyway, migration, lastRank, drizzle, errors)));
        }
        return pending;
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
                        connection,
                        flyway.lock(),
                        flyway.startingPath(),
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
            new ErrorCallbacks(flyway, log).afterError(Event.AFTER_MIGRATE_ERROR);
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
        int number = 0;
        for (PendingScript script : pending) {
            if (versioned && script.script().version().isEmpty()) {
                flyway.callbacks().onMigrateOrUndoEvent(Event.AFTER_VERSIONED);
                flyway.callbacks().onMigrateOrUndoEvent(Event.BEFORE_REPEATABLES);
                versioned = false;
            }
            number++;
            applied.add(runner.run(script, number + "/" + pending.size()));
            session.tidyUp(script);
        }
        session.tidyUp();
        return versioned;
    }

    /**
     * Looks before the lock timeout ends a wait, while its cause can still be seen. Computes in milliseconds because
     * Duration divides through BigDecimal, whose first use takes longer than a migration.
     */
    private Duration firstLook() {
        long half = settings.get(Setting.LOCK_TIMEOUT).toMillis() / 2;
        return half == 0 ? USUAL_FIRST_LOOK : Duration.ofMillis(Math.min(half, USUAL_FIRST_LOOK.toMillis()));
    }

    private String soFar() {
        return applied.isEmpty() ? "nothing was applied" : "the migrations that were applied before it stay";
    }
}
