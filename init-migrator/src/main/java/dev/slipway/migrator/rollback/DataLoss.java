package dev.slipway.migrator.rollback;

import dev.slipway.migrator.effects.DroppedData;
import dev.slipway.migrator.failure.SqlState;
import dev.slipway.migrator.history.HistoryTable;
import dev.slipway.migrator.session.Termination;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Data that a rollback would delete.
 *
 * @param version the version whose undo script deletes it
 * @param line of that script
 * @param what as in "table public.orders"
 * @param amount the current amount, as in "12 rows"
 */
public record DataLoss(String version, int line, String what, String amount) {
    /** Counting may take a moment, but must not add load or wait in a queue for a lock. */
    private static final String SHORTLY = "set local statement_timeout = '3s'; set local lock_timeout = '1s'";

    private static final String ESTIMATE =
            "select greatest(reltuples, 0)::bigint from pg_class where oid = to_regclass(?)";

    /** Counts on a connection in autocommit. */
    public static List<DataLoss> of(
            Connection connection, String version, List<DroppedData> dropped, Termination termination)
            throws SQLException {
        var losses = new ArrayList<DataLoss>();
        for (DroppedData each : dropped) {
            losses.add(new DataLoss(version, each.line(), what(each), amount(connection, each, termination)));
        }
        return losses;
    }

    @Override
    public String toString() {
        return "version " + version + ", line " + line + ": " + what + ", " + amount;
    }

    private static String what(DroppedData dropped) {
        return switch (dropped.kind()) {
            case TABLE -> "table " + dropped.relation();
            case COLUMN ->
                "column " + dropped.relation() + "." + dropped.column().orElse("?");
            case SCHEMA -> "schema " + dropped.relation();
            case ALL_ROWS -> "all rows of " + dropped.relation();
            case SOME_ROWS -> "values in " + dropped.relation();
            case UNKNOWN -> "whatever '" + dropped.relation() + "' does";
        };
    }

    private static String amount(Connection connection, DroppedData dropped, Termination termination)
            throws SQLException {
        String table = dropped.relation().quoted();
        return switch (dropped.kind()) {
            case TABLE, ALL_ROWS -> count(connection, "select count(*) || ' rows' from " + table, table, termination);
            case COLUMN ->
                count(
                        connection,
                        "select count(" + HistoryTable.quote(dropped.column().orElse("")) + ") || ' of ' || count(*)"
                                + " || ' rows have a value' from " + table,
                        table,
                        termination);
            case SCHEMA ->
                count(
                        connection,
                        "select count(*) || ' tables' from pg_tables where schemaname = '"
                                + dropped.relation().name().replace("'", "''") + "'",
                        table,
                        termination);
            case SOME_ROWS, UNKNOWN -> "which cannot be told without running it";
        };
    }

    private static String count(Connection connection, String sql, String table, Termination termination)
            throws SQLException {
        connection.setAutoCommit(false);
        try (Statement statement = connection.createStatement()) {
            statement.execute(SHORTLY);
            try (ResultSet result = statement.executeQuery(sql)) {
                result.next();
                return result.getString(1);
            }
        } catch (SQLException refused) {
            if (SqlState.isConnectionLost(refused) || termination.hasBegun()) {
                throw refused;
            }
            connection.rollback();
            return withoutCount(connection, SqlState.of(refused).orElse(""), table);
        } finally {
            endQuietly(connection);
        }
    }

    private static String withoutCount(Connection connection, String state, String table) throws SQLException {
        if (SqlState.isAbsence(state)) {
            return "which is not there now";
        }
        return switch (state) {
            case SqlState.UNDEFINED_COLUMN -> "a column which is not there now";
            case SqlState.QUERY_CANCELED ->
                estimate(connection, table)
                        .map(rows -> "about " + rows + " rows")
                        .orElse("too many to count");
            default -> "which could not be counted (" + state + ")";
        };
    }

    private static Optional<String> estimate(Connection connection, String table) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(ESTIMATE)) {
            statement.setString(1, table);
            try (ResultSet result = statement.executeQuery()) {
                return result.next() ? Optional.of(result.getString(1)) : Optional.empty();
            }
        }
    }

    private static void endQuietly(Connection connection) throws SQLException {
        if (!connection.isClosed()) {
            connection.rollback();
            connection.setAutoCommit(true);
        }
    }
}
