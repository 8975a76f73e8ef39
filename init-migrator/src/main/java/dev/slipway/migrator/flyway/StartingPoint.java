package dev.slipway.migrator.flyway;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * The role and the search path that Flyway gives to each script, as SQL that brings the session back to them. Flyway itself
 * takes three round trips for that each time; they are the same for all scripts of a run.
 *
 * @param role ends with a semicolon
 * @param searchPath ends with a semicolon
 */
record StartingPoint(String role, String searchPath) {
    /** An expression: SQL, with its semicolon, that brings back the role that the session has now. */
    static final String ROLE = "'set role ' || quote_literal(current_setting('role')) || ';'";

    private static final String LOOK = "select " + ROLE + ","
            + " 'select set_config(''search_path'', ' || quote_literal(current_setting('search_path')) || ', false);'";

    /** Lets Flyway bring the session there, once, and looks where that is. */
    static StartingPoint of(FlywaySession flyway) throws SQLException {
        org.flywaydb.core.internal.database.base.Connection<?> migrating =
                flyway.database().getMigrationConnection();
        migrating.restoreOriginalState();
        migrating.changeCurrentSchemaTo(flyway.schema());
        Connection connection = flyway.connection();
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(LOOK)) {
            result.next();
            return new StartingPoint(result.getString(1), result.getString(2));
        }
    }

    String sql() {
        return role + searchPath;
    }
}
