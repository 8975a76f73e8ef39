package dev.slipway.migrator.ledger;

import dev.slipway.migrator.history.HistoryTable;
import dev.slipway.migrator.report.EventLog;
import dev.slipway.migrator.session.SqlState;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
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

    private static final String CREATE = """
            create table if not exists %s (
              id bigint generated always as identity primary key,
              history_table text not null,
              version text,
              script text not null,
              sha256 text not null,
              transactional boolean not null,
              state text not null check (state in ('started', 'applied', 'failed')),
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

    /** An attempt at a script that neither finished nor failed in an orderly way, as after a kill. */
    public record Unfinished(String runBy, String startedAt, String sha256) {}

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

    /** For commands that change nothing else: empty where there is no table yet. */
    public static Optional<RunLedger> openExisting(Connection connection, HistoryTable history, String slipwayVersion)
            throws SQLException {
        var ledger = new RunLedger(connection, history, slipwayVersion, true);
        try (Statement statement = connection.createStatement()) {
            return exists(statement, ledger.table) ? Optional.of(ledger) : Optional.empty();
        }
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
        insert(script, true, "applied", null, null);
    }

    /** Before a migration that runs outside a transaction. */
    public void started(Script script) throws SQLException {
        insert(script, false, "started", null, null);
    }

    /** The end of an attempt that {@link #started}: within the transaction of the history row. */
    public void finished(Script script) throws SQLException {
        close(script, "applied", null, null);
    }

    /** An attempt that ended with an error and left nothing behind. */
    public void failed(Script script, boolean transactional, String sqlState, String error) throws SQLException {
        if (transactional) {
            insert(script, true, "failed", sqlState, error);
        } else {
            close(script, "failed", sqlState, error);
        }
    }

    /** The newest attempt at this script, if it never ended. */
    public Optional<Unfinished> unfinished(Script script) throws SQLException {
        if (!available) {
            return Optional.empty();
        }
        String sql = "select run_by, started_at::text, sha256, state from " + table
                + " where history_table = ? and script = ? order by id desc limit 1";
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, history.table());
            statement.setString(2, script.name());
            try (ResultSet result = statement.executeQuery()) {
                return result.next() && result.getString(4).equals("started")
                        ? Optional.of(new Unfinished(result.getString(1), result.getString(2), result.getString(3)))
                        : Optional.empty();
            }
        }
    }

    private void insert(
            Script script, boolean transactional, String state, @Nullable String sqlState, @Nullable String error)
            throws SQLException {
        if (!available) {
            return;
        }
        String sql = "insert into " + table
                + " (history_table, version, script, sha256, transactional, state, slipway_version, finished_at,"
                + " sqlstate, error) values (?, ?, ?, ?, ?, ?, ?, "
                + (state.equals("started") ? "null" : "clock_timestamp()") + ", ?, ?)";
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, history.table());
            statement.setString(2, script.version().orElse(null));
            statement.setString(3, script.name());
            statement.setString(4, script.sha256());
            statement.setBoolean(5, transactional);
            statement.setString(6, state);
            statement.setString(7, slipwayVersion);
            statement.setString(8, sqlState);
            statement.setString(9, error);
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
