package dev.slipway.migrator.rollback;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/**
 * Other sessions in this database: their application was written for the current schema.
 *
 * @param application its {@code application_name}; for one of ours it names namespace and pod
 */
public record OtherSessions(String application, String user, int sessions, int active) {
    private static final String SQL = """
            select coalesce(nullif(application_name, ''), 'unnamed'), coalesce(usename, '?'), count(*),
              count(*) filter (where state <> 'idle')
            from pg_stat_activity
            where datname = current_database() and pid <> pg_backend_pid() and backend_type = 'client backend'
            group by 1, 2 order by 3 desc, 1 limit 20""";

    public static List<OtherSessions> read(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(SQL)) {
            var all = new ArrayList<OtherSessions>();
            while (result.next()) {
                all.add(new OtherSessions(
                        result.getString(1), result.getString(2), result.getInt(3), result.getInt(4)));
            }
            return all;
        }
    }

    @Override
    public String toString() {
        return application + " as " + user + ": " + sessions + (sessions == 1 ? " session, " : " sessions, ") + active
                + " of them busy";
    }
}
