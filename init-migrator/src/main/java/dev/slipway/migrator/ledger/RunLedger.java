package dev.slipway.migrator.ledger;

import dev.slipway.migrator.history.HistoryTable;
import dev.slipway.migrator.report.EventLog;
import dev.slipway.migrator.session.SqlState;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Writes one row for each attempt at a migration. A transactional migration and its row commit together; one that runs
 * outside a transaction leaves its row before it starts, so that whoever comes next knows that something may be left.
 *
 * <p>Where the role may not create the table, the run goes on without it, with a warning.
 */
public final class RunLedger {
    static final String TABLE = "slipway_run";

    /**
     * Stands for the callbacks that follow the last migration. Its row is there before the first migration runs: whoever
     * comes after a failure finds all migrations applied, and these still owed.
     */
    public static final Script CALLBACKS = new Script("afterMigrate", Optional.empty(), "");

    private static final String CREATE = """
            create table if not exists %s (
              id bigint generated always as identity primary key,
              history_table text not null,
              version text,
              script text not null,
              sha256 text not null,
              transactional boolean not null,
              state text not null check (state in ('started', 'applied', 'failed')),
              statements_done integer,
              done_sha256 text,
              next_sha256 text,
              run_by text not null default current_setting('application_name'),
              slipway_version text not null,
              started_at timestamptz not null default clock_timestamp(),
              finished_at timestamptz,
              sqlstate text,
              error text
            )""";

    private final Connection connection;
    private final HistoryTable history;
    private final String table;
    private final String slipwayVersion;
    private final boolean available;

    private RunLedger(Connection connection, HistoryTable history, String slipwayVersion, boolean available) {
        this.connection = connection;
        this.history = history;
        this.table = HistoryTable.quote(history.schema()) + "." + TABLE;
        this.slipwayVersion = slipwayVersion;
        this.available = available;
    }

    /**
     * An attempt at a script, outside a transaction, that did not come to its end.
     *
     * @param orderly whether it failed with an error and left nothing of the failed statement behind; false after a kill,
     *     when nobody could say how far it came
     * @param startedAt as the server prints it
     * @param progress what it had done
     */
    public record Attempt(boolean orderly, String runBy, String startedAt, Progress progress) {}

    /** Creates the table where it is missing. The connection holds the migration lock and is in autocommit. */
    public static RunLedger open(Connection connection, HistoryTable history, String slipwayVersion, EventLog log)
            throws SQLException {
        var ledger = new RunLedger(connection, history, slipwayVersion, true);
        try (Statement statement = connection.createStatement()) {
            if (!exists(statement, ledger.table)) {
                statement.execute(CREATE.formatted(ledger.table));
            }
            return ledger;
        } catch (SQLException refused) {
            if (!SqlState.of(refused)
                    .filter(SqlState.INSUFFICIENT_PRIVILEGE::equals)
                    .isPresent()) {
                throw refused;
            }
            log.warn("this role may not create the table of attempts; going on without it", "table", ledger.table);
            return new RunLedger(connection, history, slipwayVersion, false);
        }
    }

    /** Whether attempts are kept at all. */
    public boolean isAvailable() {
        return available;
    }

    /** For commands that change nothing else: empty where there is no table yet. */
    public static Optional<RunLedger> openExisting(Connection connection, HistoryTable history, String slipwayVersion)
            throws SQLException {
        var ledger = new RunLedger(connection, history, slipwayVersion, true);
        try (Statement statement = connection.createStatement()) {
            return exists(statement, ledger.table) ? Optional.of(ledger) : Optional.empty();
        }
    }

    /** Whether a run that began has not come to the end of its callbacks yet; see {@link #CALLBACKS}. */
    public boolean owesCallbacks() throws SQLException {
        return unfinishedScripts().contains(CALLBACKS.name());
    }

    /** The scripts with an attempt that never ended. */
    public List<String> unfinishedScripts() throws SQLException {
        String sql =
                "select distinct script from " + table + " where history_table = ? and state = 'started' order by 1";
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, history.table());
            try (ResultSet result = statement.executeQuery()) {
                var scripts = new ArrayList<String>();
                while (result.next()) {
                    scripts.add(result.getString(1));
                }
                return scripts;
            }
        }
    }

    /** Somebody has looked after what they left: the scripts may be tried again. Returns how many there were. */
    public int closeUnfinished() throws SQLException {
        String sql = "update " + table + " set state = 'failed', finished_at = clock_timestamp(),"
                + " error = 'closed by slipway repair' where history_table = ? and state = 'started'";
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, history.table());
            return statement.executeUpdate();
        }
    }

    private static boolean exists(Statement statement, String table) throws SQLException {
        try (ResultSet result = statement.executeQuery("select to_regclass('" + table.replace("'", "''") + "')")) {
            return result.next() && result.getString(1) != null;
        }
    }

    /** For a transactional migration, within its transaction. */
    public void applied(Script script) throws SQLException {
        insert(script, "applied", null, null, null);
    }

    /** Before a migration that runs outside a transaction. */
    public void started(Script script, Progress progress) throws SQLException {
        insert(script, "started", progress, null, null);
    }

    /** Between two statements of a script that {@link #started}. */
    public void progress(Script script, Progress progress) throws SQLException {
        if (!available) {
            return;
        }
        String sql = "update " + table + " set statements_done = ?, done_sha256 = ?, next_sha256 = ?"
                + " where history_table = ? and script = ? and state = 'started'";
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setInt(1, progress.done());
            statement.setString(2, progress.doneSha256());
            statement.setString(3, progress.nextSha256());
            statement.setString(4, history.table());
            statement.setString(5, script.name());
            statement.executeUpdate();
        }
    }

    /** The end of an attempt that {@link #started}: within the transaction of the history row. */
    public void finished(Script script) throws SQLException {
        close(script, "applied", null, null);
    }

    /** An attempt that ended with an error and left nothing behind. */
    public void failed(Script script, boolean transactional, String sqlState, String error) throws SQLException {
        if (transactional) {
            insert(script, "failed", null, sqlState, error);
        } else {
            close(script, "failed", sqlState, error);
        }
    }

    /** The newest attempt at this script outside a transaction; empty where there is none, or it was applied. */
    public Optional<Attempt> lastAttempt(Script script) throws SQLException {
        if (!available) {
            return Optional.empty();
        }
        String sql = "select state, run_by, started_at::text, coalesce(statements_done, 0), coalesce(done_sha256, ''),"
                + " coalesce(next_sha256, '') from " + table
                + " where history_table = ? and script = ? and not transactional order by id desc limit 1";
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, history.table());
            statement.setString(2, script.name());
            try (ResultSet result = statement.executeQuery()) {
                return result.next() && !result.getString(1).equals("applied")
                        ? Optional.of(attempt(result))
                        : Optional.empty();
            }
        }
    }

    private static Attempt attempt(ResultSet result) throws SQLException {
        return new Attempt(
                result.getString(1).equals("failed"),
                result.getString(2),
                result.getString(3),
                new Progress(result.getInt(4), result.getString(5), result.getString(6)));
    }

    /** @param progress null for a transactional script, which has none */
    private void insert(
            Script script, String state, @Nullable Progress progress, @Nullable String sqlState, @Nullable String error)
            throws SQLException {
        if (!available) {
            return;
        }
        String sql = "insert into " + table
                + " (history_table, version, script, sha256, transactional, state, statements_done, done_sha256,"
                + " next_sha256, slipway_version, finished_at, sqlstate, error) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, "
                + (state.equals("started") ? "null" : "clock_timestamp()") + ", ?, ?)";
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, history.table());
            statement.setString(2, script.version().orElse(null));
            statement.setString(3, script.name());
            statement.setString(4, script.sha256());
            statement.setBoolean(5, progress == null);
            statement.setString(6, state);
            statement.setObject(7, progress == null ? null : progress.done(), Types.INTEGER);
            statement.setString(8, progress == null ? null : progress.doneSha256());
            statement.setString(9, progress == null ? null : progress.nextSha256());
            statement.setString(10, slipwayVersion);
            statement.setString(11, sqlState);
            statement.setString(12, error);
            statement.executeUpdate();
        }
    }

    private void close(Script script, String state, @Nullable String sqlState, @Nullable String error)
            throws SQLException {
        if (!available) {
            return;
        }
        String sql = "update " + table + " set state = ?, finished_at = clock_timestamp(), sqlstate = ?, error = ?"
                + " where history_table = ? and script = ? and state = 'started'";
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, state);
            statement.setString(2, sqlState);
            statement.setString(3, error);
            statement.setString(4, history.table());
            statement.setString(5, script.name());
            statement.executeUpdate();
        }
    }
}
