package dev.slipway.migrator.history;

import dev.slipway.migrator.sql.SqlLiteral;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Optional;

/**
 * What the server reports about a session before we set anything in it.
 *
 * @param creates the schema in which it creates what is named without one; empty if there is none
 * @param path its search_path, as it is written
 * @param exists whether the schema in the settings exists
 * @param historyThere the oid of the history in the schema {@code creates}; 0 if there is none
 * @param historyInSchema the oid of the history in the schema of the settings; 0 if there is none
 * @param historyOnPath the oid of the history that the session finds without a schema; 0 if there is none
 */
public record SessionSchema(
        Optional<String> creates,
        String path,
        boolean exists,
        long historyThere,
        long historyInSchema,
        long historyOnPath) {
    /** Includes the history that the session finds without a schema; empty if there is none. */
    public record Read(SessionSchema session, Optional<List<HistoryRow>> rows) {}

    /**
     * One row with the constructor's parameters, in order. It only calls functions, because a new session takes longer
     * to plan a join of catalogs than to do everything else. A path that begins with {@code pg_temp} is recognised by
     * its text, because current_schema() would create that schema.
     *
     * @param table in the schema of the settings
     */
    public static String question(HistoryTable table) {
        String schema = "to_regnamespace(" + SqlLiteral.of(HistoryTable.quote(table.schema())) + ")";
        String unqualified = HistoryTable.quote(table.table());
        return "select creates, path, " + schema + " is not null,"
                + oid("case when creates <> '' then to_regclass(quote_ident(creates) || "
                        + SqlLiteral.of("." + unqualified) + ") end")
                + ","
                + oid("case when has_schema_privilege(" + schema + "::oid, 'USAGE') then to_regclass("
                        + SqlLiteral.of(table.quoted()) + ") end")
                + "," + oid("to_regclass(" + SqlLiteral.of(unqualified) + ")")
                + " from (select path, case when path ~* '^[[:space:]]*(\"pg_temp\"|pg_temp)[[:space:]]*(,|$)'"
                + " then 'pg_temp' else coalesce(current_schema()::text, '') end as creates"
                + " from (select current_setting('search_path') as path) p) s";
    }

    private static String oid(String regclass) {
        return " coalesce((" + regclass + ")::oid::int8, 0)";
    }

    /** @param creates empty if the session creates nowhere */
    public static SessionSchema of(
            String creates, String path, boolean exists, long historyThere, long historyInSchema, long historyOnPath) {
        return new SessionSchema(
                Optional.of(creates).filter(name -> !name.isEmpty()),
                path,
                exists,
                historyThere,
                historyInSchema,
                historyOnPath);
    }

    /** @param connection in which nothing has been set yet */
    public static SessionSchema ask(Connection connection, HistoryTable table) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(question(table))) {
            return of(result);
        }
    }

    /**
     * The same together with the history that the session finds on its path, in one round trip if there is one.
     *
     * @param connection in autocommit, without any settings of ours
     */
    public static Read read(Connection connection, HistoryTable table) throws SQLException {
        String rows = HistoryTable.rowsOf(HistoryTable.quote(table.table()));
        try (Statement statement = connection.createStatement()) {
            statement.execute(HistoryTable.NO_LOAD_BALANCE + HistoryTable.SHORT_WAIT + question(table) + ";" + rows);
            statement.getMoreResults();
            SessionSchema session;
            try (ResultSet result = statement.getResultSet()) {
                session = of(result);
            }
            statement.getMoreResults();
            try (ResultSet result = statement.getResultSet()) {
                return new Read(session, Optional.of(HistoryTable.rows(result)));
            }
        } catch (SQLException failure) {
            // It is missing, belongs to another application, or is not readable; whether that matters depends on where
            // the history is.
            if (!HistoryVerdict.isAboutTable(String.valueOf(failure.getSQLState()))) {
                throw failure;
            }
            return new Read(ask(connection, table), Optional.empty());
        }
    }

    private static SessionSchema of(ResultSet result) throws SQLException {
        result.next();
        return of(
                result.getString(1),
                result.getString(2),
                result.getBoolean(3),
                result.getLong(4),
                result.getLong(5),
                result.getLong(6));
    }
}
