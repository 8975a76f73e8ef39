package dev.slipway.migrator.ledger;

import dev.slipway.migrator.failure.SqlState;
import dev.slipway.migrator.history.HistoryTable;
import dev.slipway.migrator.ledger.OpenAttempts.Attempt;
import dev.slipway.migrator.report.EventLog;
import dev.slipway.migrator.restorepoint.NamedPoint;
import dev.slipway.migrator.sql.SqlLiteral;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Writes one row for each attempt at a migration. A transactional migration and its row commit together; one that runs
 * outside a transaction leaves its row before it starts, so that the next run knows that something may be left.
 *
 * <p>If the role may not create the table, the run continues without it, with a warning.
 */
public final class RunLedger {

    /**
     * Represents the callbacks that follow the last migration. Its row is written before the first migration runs, so
     * that a run after a failure, which finds all migrations applied, still calls them.
     */
    public static final LedgerScript CALLBACKS = new LedgerScript(
            "afterMigrate", Optional.empty(), "", false, Optional.empty(), false, Optional.empty(), "");

    private static final String CREATE = """
            create table if not exists %s (
              id bigint generated always as identity primary key,
              history_table text not null,
              version text,
              script text not null,
              sha256 text not null,
              transactional boolean not null,
              state text not null check (state in ('started', 'applied', 'failed', 'undone')),
              statements_done integer,
              statement_digests text,
              undoes boolean,
              run_by text not null default current_setting('application_name'),
              slipway_version text not null,
              started_at timestamptz not null default clock_timestamp(),
              finished_at timestamptz,
              sqlstate text,
              error text,
              undo_script text,
              undo_sql text,
              undo_sha256 text,
              contract boolean,
              oldest_app_version text,
              note text,
              restore_point text,
              restore_lsn text
            )""";

    /**
     * Adds what tables of earlier versions lack. Idempotent, because two histories of one schema may do this at the
     * same time.
     */
    private static final String UPGRADE = """
            set local lock_timeout = '5s';
            alter table %s
              add column if not exists undo_script text,
              add column if not exists undo_sql text,
              add column if not exists undo_sha256 text,
              add column if not exists contract boolean,
              add column if not exists oldest_app_version text,
              add column if not exists note text,
              add column if not exists statement_digests text,
              add column if not exists undoes boolean,
              add column if not exists restore_point text,
              add column if not exists restore_lsn text,
              drop constraint if exists slipway_run_state_check,
              add constraint slipway_run_state_check check (state in ('started', 'applied', 'failed', 'undone'))""";

    private static final String EXISTS = "select 1 where to_regclass('%s') is not null";

    private static final String HAS_COLUMN =
            "select 1 from pg_attribute where attrelid = to_regclass('%s') and attname = '%s' and not attisdropped";

    /** The newest column that every run needs. */
    private static final String UNDOES = "undoes";

    /** Needed by a run that has made a restore point; all others leave a table without it as it is. */
    private static final String RESTORE_POINT = "restore_point";

    private static final Set<String> MADE_BY_ANOTHER = Set.of("42P07", "23505");

    /** A pg_dump, for example, blocks the change of the table; between two tries, waiting readers can proceed. */
    private static final int UPGRADE_TRIES = 12;

    private final Connection connection;
    private final HistoryTable history;
    private final String table;
    private final String slipwayVersion;
    private final boolean available;
    private final boolean upgraded;
    private final Optional<NamedPoint> restorePoint;
    private final OpenAttempts begun;

    /**
     * @param restorePoint empty if there is none, or no column for it
     * @param begun scripts with an attempt outside a transaction that did something but did not finish
     */
    private RunLedger(
            Connection connection,
            HistoryTable history,
            String slipwayVersion,
            boolean available,
            boolean upgraded,
            Optional<NamedPoint> restorePoint,
            OpenAttempts begun) {
        this.connection = connection;
        this.history = history;
        this.table = tableOf(history);
        this.slipwayVersion = slipwayVersion;
        this.available = available;
        this.upgraded = upgraded;
        this.restorePoint = restorePoint;
        this.begun = begun;
    }

    /**
     * Creates the table if it is missing, and upgrades one that an earlier version created. The connection holds the
     * migration lock and is in autocommit.
     *
     * @param restorePoint the one before the scripts of this run; each of their rows names it
     */
    public static RunLedger open(
            Connection connection,
            HistoryTable history,
            String slipwayVersion,
            Optional<NamedPoint> restorePoint,
            EventLog log)
            throws SQLException {
        String table = tableOf(history);
        String newest = restorePoint.isPresent() ? RESTORE_POINT : UNDOES;
        if (hasColumn(connection, table, newest)) {
            return new RunLedger(
                    connection,
                    history,
                    slipwayVersion,
                    true,
                    true,
                    restorePoint,
                    OpenAttempts.read(connection, history));
        }
        boolean available = mayBeRefused(
                log,
                "this role may not create the table of attempts; going on without it",
                table,
                () -> create(connection, table));
        boolean keepsUndo = hasColumn(connection, table, UNDOES);
        boolean complete = available
                && mayBeRefused(
                        log,
                        "this role may not alter the table of attempts; going on without keeping "
                                + (keepsUndo ? "the restore point" : "undo scripts") + " in it",
                        table,
                        () -> upgrade(connection, table, newest));
        boolean upgraded = complete || (available && keepsUndo);
        return new RunLedger(
                connection,
                history,
                slipwayVersion,
                available,
                upgraded,
                complete ? restorePoint : Optional.empty(),
                upgraded ? OpenAttempts.read(connection, history) : OpenAttempts.NONE);
    }

    private static boolean hasColumn(Connection connection, String table, String column) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            return hasColumn(statement, table, column);
        }
    }

    private static boolean hasColumn(Statement statement, String table, String column) throws SQLException {
        return hasRow(statement, HAS_COLUMN.formatted(table.replace("'", "''"), column));
    }

    private static boolean exists(Statement statement, String table) throws SQLException {
        return hasRow(statement, EXISTS.formatted(table.replace("'", "''")));
    }

    /**
     * Whether an earlier run started the script outside a transaction and did not finish. Then it has to continue that
     * way, even if it could now run in a transaction, because part of it is done.
     */
    public boolean hasBegun(LedgerScript script) {
        return begun.at(script).isPresent();
    }

    private interface Change {
        void make() throws SQLException;
    }

    /** Whether the change was made; false if the role lacks the privilege. */
    private static boolean mayBeRefused(EventLog log, String warning, String table, Change change) throws SQLException {
        try {
            change.make();
            return true;
        } catch (SQLException refused) {
            if (!hasState(refused, SqlState.INSUFFICIENT_PRIVILEGE)) {
                throw refused;
            }
            log.warn(warning, "table", table);
            return false;
        }
    }

    /** Whether attempts are recorded at all. */
    public boolean isAvailable() {
        return available;
    }

    private static void create(Connection connection, String table) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            if (!exists(statement, table)) {
                statement.execute(CREATE.formatted(table));
            }
        } catch (SQLException refused) {
            // A run for another history in this schema has its own lock and may have just created the table.
            if (SqlState.of(refused).filter(MADE_BY_ANOTHER::contains).isEmpty()) {
                throw refused;
            }
        }
    }

    private static void upgrade(Connection connection, String table, String newest) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            for (int tries = 1; !hasColumn(statement, table, newest); tries++) {
                try {
                    // One message makes it one transaction.
                    statement.execute(UPGRADE.formatted(table));
                } catch (SQLException refused) {
                    if (tries >= UPGRADE_TRIES || !hasState(refused, SqlState.LOCK_NOT_AVAILABLE)) {
                        throw refused;
                    }
                }
            }
        }
    }

    private static boolean hasRow(Statement statement, String sql) throws SQLException {
        try (ResultSet result = statement.executeQuery(sql)) {
            return result.next();
        }
    }

    private static boolean hasState(SQLException failure, String state) {
        return SqlState.of(failure).filter(state::equals).isPresent();
    }

    static String tableOf(HistoryTable history) {
        return HistoryTable.quote(history.schema()) + "." + HistoryTable.LEDGER;
    }

    /** For commands that change nothing else: empty if there is no table yet. */
    public static Optional<RunLedger> openExisting(Connection connection, HistoryTable history, String slipwayVersion)
            throws SQLException {
        String table = tableOf(history);
        try (Statement statement = connection.createStatement()) {
            if (!exists(statement, table)) {
                return Optional.empty();
            }
            boolean upgraded = hasColumn(statement, table, UNDOES);
            return Optional.of(new RunLedger(
                    connection, history, slipwayVersion, true, upgraded, Optional.empty(), OpenAttempts.NONE));
        }
    }

    /** The one of the newest run that made one. */
    public static Optional<NamedPoint> newestRestorePoint(Connection connection, HistoryTable history)
            throws SQLException {
        try (Statement statement = connection.createStatement()) {
            if (!hasColumn(statement, tableOf(history), RESTORE_POINT)) {
                return Optional.empty();
            }
            String question = "select restore_point, restore_lsn from " + tableOf(history) + " where history_table = "
                    + name(history) + " and restore_point is not null order by id desc limit 1";
            try (ResultSet row = HistoryTable.query(statement, question)) {
                return row.next() ? Optional.of(new NamedPoint(row.getString(1), row.getString(2))) : Optional.empty();
            }
        }
    }

    /** Whether an earlier run has not called all its callbacks; see {@link #CALLBACKS}. */
    public boolean owesCallbacks() throws SQLException {
        return unfinishedScripts().contains(CALLBACKS.name());
    }

    /** The scripts with an attempt that never ended. */
    public List<String> unfinishedScripts() throws SQLException {
        var scripts = new ArrayList<String>();
        read(
                "select distinct script from " + table + " where history_table = " + name(history)
                        + " and state = 'started' order by 1",
                row -> scripts.add(row.getString(1)));
        return scripts;
    }

    /**
     * Closes all unfinished attempts, so that the scripts can be tried again: the user has cleaned up what they left.
     * Returns how many there were.
     */
    public int closeUnfinished() throws SQLException {
        String sql = "update " + table + " set state = 'failed', finished_at = clock_timestamp(),"
                + " error = 'closed by slipway repair' where history_table = ? and state = 'started'";
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, history.table());
            return statement.executeUpdate();
        }
    }

    /** Whether the table can store what a rollback needs: undo scripts, and who undid what. */
    public boolean keepsUndo() {
        return upgraded;
    }

    /**
     * SQL to run in the transaction of a transactional script; ends with a semicolon, or is empty if nothing is
     * recorded.
     */
    public String done(LedgerScript script) {
        return insert(script, script.doneState(), null, null, null);
    }

    /** SQL to run before a migration outside a transaction; ends with a semicolon, or is empty. */
    public String started(LedgerScript script, Progress progress) {
        return insert(script, "started", progress, null, null);
    }

    /** SQL to run between two statements of a script that {@link #started}; ends with a semicolon, or is empty. */
    public String progress(LedgerScript script, int done) {
        return available
                ? "update " + table + " set statements_done = " + done + " where " + attemptsAt(script)
                        + " and state = 'started';"
                : "";
    }

    /** Executes the SQL that one of the other methods returned. */
    public void write(String sql) throws SQLException {
        if (!sql.isEmpty()) {
            try (Statement statement = connection.createStatement()) {
                // Braces belong to the SQL, for example in an undo script or a message.
                statement.setEscapeProcessing(false);
                statement.execute(sql);
            }
        }
    }

    /**
     * SQL that ends an attempt that {@link #started}, to run in the transaction of the history row; ends with a
     * semicolon, or is empty if nothing is recorded.
     */
    public String finished(LedgerScript script) {
        return close(script, script.doneState(), null, null);
    }

    /** Records that all callbacks have been called, see {@link #CALLBACKS}. */
    public void callbacksFinished() throws SQLException {
        write(finished(CALLBACKS));
    }

    /** SQL for an attempt that ended with an error and left nothing behind; ends with a semicolon, or is empty. */
    public String failed(LedgerScript script, boolean transactional, String sqlState, String error) {
        return transactional
                ? insert(script, "failed", null, sqlState, error)
                : close(script, "failed", sqlState, error);
    }

    /** The stored undo scripts, by the version that they undo, except for versions that were undone since. */
    public Map<String, UndoSql> undoScripts() throws SQLException {
        if (!upgraded) {
            return Map.of();
        }
        var scripts = new HashMap<String, UndoSql>();
        read(applied(history, "undo_script, undo_sql, undo_sha256"), row -> {
            if (row.getString(3) != null) {
                scripts.put(row.getString(1), new UndoSql(row.getString(2), row.getString(3), row.getString(4)));
            }
        });
        return scripts;
    }

    /** The oldest version of the application that each contract migration allows; except for those that name none. */
    public Map<String, String> oldestAppVersions() throws SQLException {
        if (!upgraded) {
            return Map.of();
        }
        var oldest = new HashMap<String, String>();
        read(oldestAppVersionsQuestion(history), row -> oldest.put(row.getString(1), row.getString(2)));
        return oldest;
    }

    /** Selects versions, and the oldest application that each of them allows. */
    public static String oldestAppVersionsQuestion(HistoryTable history) {
        return applied(history, "oldest_app_version") + " and oldest_app_version is not null";
    }

    /** Selects the newest row of each version, unless the version was undone; the version is the first column. */
    private static String applied(HistoryTable history, String columns) {
        return "select version, " + columns + " from (select distinct on (version) version, state, " + columns
                + " from " + tableOf(history) + " where history_table = " + name(history)
                + " and state in ('applied', 'undone') and version is not null order by version, id desc) newest"
                + " where state = 'applied'";
    }

    private interface RowReader {
        void read(ResultSet row) throws SQLException;
    }

    private void read(String question, RowReader reader) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet result = HistoryTable.query(statement, question)) {
            while (result.next()) {
                reader.read(result);
            }
        }
    }

    private static String name(HistoryTable history) {
        return SqlLiteral.of(history.table());
    }

    /** The newest attempt at this script outside a transaction; empty if there is none, or if it succeeded. */
    public Optional<Attempt> lastAttempt(LedgerScript script) throws SQLException {
        if (!available) {
            return Optional.empty();
        }
        String sql = "select state, run_by, started_at::text, coalesce(statements_done, 0), "
                + (upgraded ? "coalesce(statement_digests, '')" : "''") + " from " + table
                + " where " + attemptsAt(script) + " and not transactional order by id desc limit 1";
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            return result.next() && !result.getString(1).equals(script.doneState())
                    ? Optional.of(attempt(result))
                    : Optional.empty();
        }
    }

    private String attemptsAt(LedgerScript script) {
        String ours = "history_table = " + SqlLiteral.of(history.table());
        return upgraded && script.version().isPresent()
                ? ours + " and version = " + SqlLiteral.of(script.version().get()) + " and coalesce(undoes, false) = "
                        + script.undoes()
                : ours + " and script = " + SqlLiteral.of(script.name());
    }

    private static Attempt attempt(ResultSet result) throws SQLException {
        return Attempt.of(
                result.getString(1), result.getString(2), result.getString(3), result.getInt(4), result.getString(5));
    }

    /** @param progress null for a transactional script */
    private String insert(
            LedgerScript script,
            String state,
            @Nullable Progress progress,
            @Nullable String sqlState,
            @Nullable String error) {
        if (!available) {
            return "";
        }
        var row = new LinkedHashMap<String, String>();
        row.put("history_table", SqlLiteral.of(history.table()));
        row.put("version", SqlLiteral.ofNullable(script.version().orElse(null)));
        row.put("script", SqlLiteral.of(script.name()));
        row.put("sha256", SqlLiteral.of(script.sha256()));
        row.put("transactional", Boolean.toString(progress == null));
        row.put("state", SqlLiteral.of(state));
        if (progress != null) {
            row.put("statements_done", Integer.toString(progress.done()));
        }
        row.put("slipway_version", SqlLiteral.of(slipwayVersion));
        row.put("finished_at", state.equals("started") ? "null" : "clock_timestamp()");
        row.put("sqlstate", SqlLiteral.ofNullable(sqlState));
        row.put("error", SqlLiteral.ofNullable(error));
        if (restorePoint.isPresent()) {
            row.put(RESTORE_POINT, SqlLiteral.of(restorePoint.get().name()));
            row.put("restore_lsn", SqlLiteral.of(restorePoint.get().lsn()));
        }
        if (upgraded) {
            row.put("undoes", Boolean.toString(script.undoes()));
            if (progress != null) {
                row.put("statement_digests", SqlLiteral.of(String.join(" ", progress.digests())));
            }
            script.undo().ifPresent(undo -> {
                row.put("undo_script", SqlLiteral.of(undo.script()));
                row.put("undo_sql", SqlLiteral.of(undo.sql()));
                row.put("undo_sha256", SqlLiteral.of(undo.sha256()));
            });
            row.put("contract", Boolean.toString(script.contract()));
            row.put(
                    "oldest_app_version",
                    SqlLiteral.ofNullable(script.oldestAppVersion().orElse(null)));
            row.put("note", SqlLiteral.ofNullable(script.note().isEmpty() ? null : script.note()));
        }
        return "insert into " + table + " (" + String.join(", ", row.keySet()) + ") values ("
                + String.join(", ", row.values()) + ");";
    }

    private String close(LedgerScript script, String state, @Nullable String sqlState, @Nullable String error) {
        if (!available) {
            return "";
        }
        return "update " + table + " set state = " + SqlLiteral.of(state)
                + ", finished_at = clock_timestamp(), sqlstate = "
                + SqlLiteral.ofNullable(sqlState) + ", error = " + SqlLiteral.ofNullable(error)
                + " where " + attemptsAt(script) + " and state = 'started';";
    }
}
