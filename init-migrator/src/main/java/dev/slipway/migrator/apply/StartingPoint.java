package dev.slipway.migrator.apply;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Set;

/**
 * The state of the session before the first script, as the server reports it, and the SQL that restores it: roles, all
 * settings made so far, and the search path of each script.
 *
 * @param login restores the login user; ends with a semicolon, or is empty if that cannot have changed
 * @param roles restores session user and role; ends with a semicolon
 * @param rolesOfTransaction the same until the end of the transaction; ends with a semicolon
 * @param settings restores what callbacks have set for all scripts; ends with a semicolon, or is empty
 * @param searchPath ends with a semicolon
 * @param changeable the names of the settings that a script can change, as an SQL array literal without quotes
 */
record StartingPoint(
        String login, String roles, String rolesOfTransaction, String settings, String searchPath, String changeable) {
    /**
     * The list comes from the server, so it includes the settings of a newer PostgreSQL. It leaves out the settings of
     * a transaction, which end with it, and two that only a superuser may read, because a script may give up that role.
     */
    private static final String NAMES = """
            select '{role,session_authorization,' || string_agg(quote_ident(name), ',') || '}' from pg_settings
            where context in ('user', 'superuser')
              and name not in ('transaction_isolation', 'transaction_read_only', 'transaction_deferrable',
                'dynamic_library_path', 'session_preload_libraries')""";

    /** Session user and role, as literals. */
    static final String CURRENT_ROLE = "select quote_literal(session_user), quote_literal(current_setting('role'))";

    private static final String LOOK = CURRENT_ROLE + """
            , (select rolsuper from pg_roles where rolname = session_user),
              (select string_agg('pg_catalog.set_config(' || quote_literal(name) || ', ' || quote_literal(setting)
                 || ', false)', ', ') from pg_settings where source = 'session' and context in ('user', 'superuser')
                 and name not like 'transaction\\_%%' and name <> all('{search_path,%s}')),
              'select pg_catalog.set_config(''search_path'', ' || quote_literal(%s) || ', false);',
              (%s)""";

    /**
     * Reads the current state of the session.
     *
     * @param searchPath the path that each script starts with, as an SQL expression
     * @param ours settings that we set for each script anyway
     * @param callbacks whether callbacks may already have changed the session's user
     */
    public static StartingPoint of(Connection connection, String searchPath, Set<String> ours, boolean callbacks)
            throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(LOOK.formatted(String.join(",", ours), searchPath, NAMES))) {
            result.next();
            String user = result.getString(1);
            String role = result.getString(2);
            // Only a superuser can become another user, and each change costs the server time.
            boolean changesUser = callbacks || result.getBoolean(3);
            String settings = result.getString(4);
            return new StartingPoint(
                    changesUser ? "reset session authorization;" : "",
                    (changesUser ? "set session authorization " + user + ";" : "") + "set role " + role + ";",
                    changesUser ? rolesOfTransaction(user, role) : "set local role " + role + ";",
                    settings == null ? "" : "select " + settings + ";",
                    result.getString(5),
                    result.getString(6));
        }
    }

    /** @param user and role as literals */
    static String rolesOfTransaction(String user, String role) {
        return "set local session authorization " + user + ";set local role " + role + ";";
    }
}
