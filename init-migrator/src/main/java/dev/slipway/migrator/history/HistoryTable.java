package dev.slipway.migrator.history;

import dev.slipway.contract.Setting;
import dev.slipway.contract.Settings;
import dev.slipway.migrator.failure.RunFailure;
import dev.slipway.migrator.failure.ServerError;
import dev.slipway.migrator.failure.SqlState;
import dev.slipway.migrator.files.MigrationVersion;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Reads the history in one round trip, without a lock and without Flyway.
 *
 * @param schema not quoted
 * @param table not quoted
 */
public record HistoryTable(String schema, String table) {
    /** The table of attempts, beside each history in its schema. */
    public static final String LEDGER = "slipway_run";

    /** The table with the snapshots for {@code slipway drift}, beside each history in its schema. */
    public static final String SNAPSHOT = "slipway_snapshot";

    /** Keeps Pgpool from answering from a replica that lags behind; Flyway does the same. */
    static final String NO_LOAD_BALANCE = "/*NO LOAD BALANCE*/ ";

    /**
     * Applies only to the message that it starts: it leaves no setting behind, not even in the shared session of a
     * pooler.
     */
    static final String SHORT_WAIT = "set local lock_timeout = 2000; ";

    /** The table that the settings name. */
    public static HistoryTable of(Settings settings) {
        return new HistoryTable(settings.get(Setting.SCHEMA), settings.get(Setting.HISTORY_TABLE));
    }

    /** The name as SQL: quoted, with its schema. Flyway hashes the same text for its lock key. */
    public String quoted() {
        return quote(schema) + "." + quote(table);
    }

    /** A name as an SQL identifier, whatever characters it has. */
    public static String quote(String identifier) {
        return '"' + identifier.replace("\"", "\"\"") + '"';
    }

    /**
     * All rows in the order in which they were applied; empty if the table or its schema does not exist.
     *
     * @param connection in autocommit; nothing is open on it afterwards
     * @throws RunFailure if Flyway did not write this history, or this role may not read it
     */
    public Optional<List<HistoryRow>> read(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet result = query(statement, rowsQuestion())) {
            return Optional.of(rows(result));
        } catch (SQLException failure) {
            String state = String.valueOf(failure.getSQLState());
            if (SqlState.isAbsence(state)) {
                return Optional.empty();
            }
            Optional<RunFailure> refusal = HistoryVerdict.unreadable(this, state, ServerError.words(failure));
            if (refusal.isPresent()) {
                throw refusal.get();
            }
            throw failure;
        }
    }

    /** Flyway's rank of the newest row; 0 if there is none. */
    public int lastRank(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery("select coalesce(max(installed_rank), 0) from " + quoted())) {
            result.next();
            return result.getInt(1);
        }
    }

    /**
     * Selects all rows. The casts make the server refuse a table whose columns have other types, in the same way for
     * both drivers.
     */
    public String rowsQuestion() {
        return rowsOf(quoted());
    }

    /**
     * Runs a SELECT on a history table. Outside a transaction it soon gives up if another session has locked the table,
     * because nothing else limits that wait.
     */
    public static ResultSet query(Statement statement, String select) throws SQLException {
        if (!statement.getConnection().getAutoCommit()) {
            return statement.executeQuery(NO_LOAD_BALANCE + select);
        }
        statement.execute(NO_LOAD_BALANCE + SHORT_WAIT + select);
        statement.getMoreResults();
        return statement.getResultSet();
    }

    /** @param name of the table as SQL */
    static String rowsOf(String name) {
        return "select installed_rank::int4, version::text, coalesce(description::text, ''), coalesce(type::text, ''),"
                + " coalesce(script::text, ''), checksum::int4, coalesce(installed_by::text, ''),"
                + " coalesce(installed_on::text, ''), coalesce(execution_time::int4, 0), coalesce(success::bool, false) from "
                + name + " order by installed_rank";
    }

    static List<HistoryRow> rows(ResultSet result) throws SQLException {
        var rows = new ArrayList<HistoryRow>();
        while (result.next()) {
            rows.add(row(result));
        }
        return rows;
    }

    private static HistoryRow row(ResultSet result) throws SQLException {
        String version = result.getString(2);
        int checksum = result.getInt(6);
        Optional<Integer> knownChecksum = result.wasNull() ? Optional.empty() : Optional.of(checksum);
        return new HistoryRow(
                result.getInt(1),
                version == null ? Optional.empty() : MigrationVersion.parse(version),
                version == null ? "" : version,
                result.getString(3),
                result.getString(4),
                result.getString(5),
                knownChecksum,
                result.getString(7),
                result.getString(8),
                result.getInt(9),
                result.getBoolean(10));
    }
}
