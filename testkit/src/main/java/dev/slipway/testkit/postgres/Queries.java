package dev.slipway.testkit.postgres;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;

/** Reads query results as text, which is what assertions compare best. All run as the superuser, who sees everything. */
final class Queries {
    private Queries() {}

    static String single(TestDatabase database, String sql) {
        List<String> rows = rows(database, sql);
        if (rows.isEmpty()) {
            throw new IllegalStateException("no row: " + sql);
        }
        return rows.get(0);
    }

    static List<String> rows(TestDatabase database, String sql) {
        try (Connection connection = database.connectAsSuperuser();
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            var rows = new ArrayList<String>();
            while (result.next()) {
                rows.add(row(result));
            }
            return List.copyOf(rows);
        } catch (SQLException failed) {
            throw new IllegalStateException(failed.getMessage() + " in: " + sql, failed);
        }
    }

    private static String row(ResultSet result) throws SQLException {
        var columns = new StringJoiner("|");
        for (int column = 1; column <= result.getMetaData().getColumnCount(); column++) {
            columns.add(String.valueOf(result.getString(column)));
        }
        return columns.toString();
    }
}
