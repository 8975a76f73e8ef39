package dev.slipway.migrator.rollback;

import dev.slipway.contract.ExitCode;
import dev.slipway.contract.Problems;
import dev.slipway.contract.Setting;
import dev.slipway.contract.Settings;
import dev.slipway.migrator.apply.LockRetry;
import dev.slipway.migrator.apply.PendingScript;
import dev.slipway.migrator.apply.Placeholders;
import dev.slipway.migrator.apply.ScriptMode;
import dev.slipway.migrator.apply.ScriptRunner;
import dev.slipway.migrator.apply.ScriptSession;
import dev.slipway.migrator.apply.SessionTraces;
import dev.slipway.migrator.apply.StatementWatch;
import dev.slipway.migrator.drizzle.ScriptOrigin;
import dev.slipway.migrator.failure.RunFailure;
import dev.slipway.migrator.flyway.FlywayPlaceholders;
import dev.slipway.migrator.flyway.FlywaySession;
import dev.slipway.migrator.history.HistoryRow;
import dev.slipway.migrator.history.HistoryTable;
import dev.slipway.migrator.ledger.LedgerScript;
import dev.slipway.migrator.ledger.RunLedger;
import dev.slipway.migrator.ledger.UndoSql;
import dev.slipway.migrator.report.EventLog;
import dev.slipway.migrator.session.DatabaseIdentity;
import dev.slipway.migrator.session.DeadClients;
import dev.slipway.migrator.session.SameServerProof;
import dev.slipway.migrator.session.SessionSettings;
import dev.slipway.migrator.session.Termination;
import dev.slipway.migrator.sql.DownSection;
import dev.slipway.migrator.sql.SqlScript;
import dev.slipway.migrator.sql.SqlSyntaxException;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;

/**
 * Undoes versions, one transaction each, together with their rows of the history. It uses the same runner as
 * migrations, with the same settings, the same retries after a lock timeout, and the same handling of statements that
 * cannot run in a transaction.
 */
public final class UndoRun {
    /** When to look what blocks a long-running script. */
    private static final Duration FIRST_LOOK = Duration.ofSeconds(2);

    private final Connection connection;
    private final Settings settings;
    private final ScriptOrigin scripts;
    private final HistoryTable table;
    private final EventLog log;
    private final List<String> undone = new ArrayList<>();

    public UndoRun(Connection connection, Settings settings, ScriptOrigin scripts, EventLog log) {
        this.connection = connection;
        this.settings = settings;
        this.scripts = scripts;
        this.table = HistoryTable.of(settings);
        this.log = log;
    }

    /**
     * One version to undo.
     *
     * @param note the reason, for the row in the ledger
     */
    public record Undo(HistoryRow row, UndoSql sql, String note) {}

    /**
     * What would run.
     *
     * @param sql with placeholders replaced
     * @param inTransaction false if each statement commits by itself
     */
    public record Preview(Undo undo, SqlScript sql, boolean inTransaction) {}

    /**
     * Reads all scripts without a lock and without Flyway.
     *
     * @throws RunFailure with exit 8 and every reason why one of them cannot run
     */
    public List<Preview> preview(List<Undo> undos) throws SQLException {
        List<PendingScript> scripts = read(undos);
        var previews = new ArrayList<Preview>();
        for (int each = 0; each < undos.size(); each++) {
            PendingScript script = scripts.get(each);
            boolean inTransaction = script.mode() instanceof ScriptMode.Transactional;
            previews.add(new Preview(undos.get(each), new SqlScript(script.statements()), inTransaction));
        }
        return previews;
    }

    /** The versions that {@link #run} has undone so far; also after a failure. */
    public List<String> undone() {
        return List.copyOf(undone);
    }

    /**
     * Undoes them in this order, on the connection that holds the lock.
     *
     * @param deadClients as they were applied to the connection
     * @param connectForALook opens a short-lived connection, to see who blocks a script
     * @throws RunFailure if a script failed; the versions before it stay undone
     * @throws SQLException if the connection is gone; the history tells what is undone
     */
    public void run(
            List<Undo> undos,
            Termination termination,
            DeadClients deadClients,
            Callable<Connection> connectForALook,
            String slipwayVersion)
            throws SQLException {
        FlywaySession.withSql(connection, settings, scripts, log, ExitCode.ROLLBACK_REFUSED, flyway -> {
            SessionSettings session = SessionSettings.apply(connection, settings, deadClients);
            List<PendingScript> scripts = read(undos);
            RunLedger ledger = RunLedger.open(connection, table, slipwayVersion, Optional.empty(), log);
            refuseWithoutTrace(ledger);
            int pid = SameServerProof.serverProcess(connection);
            var scriptSession = ScriptSession.begin(
                    connection,
                    flyway.lock(),
                    flyway.startingPath(),
                    session,
                    new SessionTraces(connection, table),
                    ledger,
                    log,
                    false);
            LockRetry retry = LockRetry.after(settings.get(Setting.LOCK_TIMEOUT));
            try (var watch = new StatementWatch(connectForALook, connection, pid, FIRST_LOOK, log)) {
                var runner = new ScriptRunner(scriptSession, retry, termination, watch);
                for (int each = 0; each < undos.size(); each++) {
                    runner.run(scripts.get(each), (each + 1) + "/" + undos.size());
                    undone.add(undos.get(each).row().versionText());
                    scriptSession.tidyUp(scripts.get(each));
                }
                scriptSession.tidyUp();
            }
            return "";
        });
    }

    private void refuseWithoutTrace(RunLedger ledger) {
        if (!ledger.keepsUndo()) {
            throw new RunFailure(
                    ExitCode.ROLLBACK_REFUSED,
                    "this role may not write down who undoes what, as the table slipway_run is missing or not its own",
                    "grant the role CREATE on the schema, or let the owner of the table roll back");
        }
    }

    private List<PendingScript> read(List<Undo> undos) throws SQLException {
        var problems = new Problems();
        var placeholders = new FlywayPlaceholders(settings, DatabaseIdentity.of(connection));
        var scripts = new ArrayList<PendingScript>();
        for (Undo undo : undos) {
            read(undo, placeholders, problems).ifPresent(scripts::add);
        }
        if (!problems.isEmpty()) {
            throw new RunFailure(
                    ExitCode.ROLLBACK_REFUSED,
                    problems.describe("the undo scripts"),
                    "correct the scripts in the folder and take them with --undo-from file; nothing has been run");
        }
        return scripts;
    }

    private Optional<PendingScript> read(Undo undo, Placeholders placeholders, Problems problems) throws SQLException {
        String name = undo.sql().script();
        try {
            DownSection.upSectionOf(undo.sql().sql()).ifPresent(each -> problems.add(name, each.refusalInUndo()));
            SqlScript written = SqlScript.parse(
                    placeholders.replace(Path.of(name), undo.sql().sql()));
            ScriptMode mode = ScriptMode.of(written, false, false);
            if (mode instanceof ScriptMode.Refused refused) {
                problems.add(name, "line " + refused.line() + ": " + refused.what());
                return Optional.empty();
            }
            SqlScript sql = ScriptMode.toSend(written, mode);
            var change = new UndoneRow(connection, table, undo.row(), scripts.drizzle());
            LedgerScript script = LedgerScript.undo(undo.sql(), undo.row().versionText(), undo.note());
            return Optional.of(new PendingScript(
                    change, script, mode, sql.statements(), false, PendingScript.setsSessionState(sql)));
        } catch (SqlSyntaxException malformed) {
            malformed.problems().forEach(each -> problems.add(name, each.toString()));
        } catch (Placeholders.WithoutValue unknown) {
            problems.add(name, unknown.explanation());
        } catch (IOException unreadable) {
            problems.add(name, "cannot be read: " + unreadable.getMessage());
        }
        return Optional.empty();
    }
}
