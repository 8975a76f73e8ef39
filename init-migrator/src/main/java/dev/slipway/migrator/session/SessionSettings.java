package dev.slipway.migrator.session;

import dev.slipway.contract.Setting;
import dev.slipway.contract.Settings;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The PostgreSQL settings of the migrating session. They are asserted anew before each migration, because a SET in one
 * migration, or in a function that it calls, would else hold for the next.
 */
public final class SessionSettings {
    /** Back to what the session began with, whatever a migration has set. */
    private static final String RESET = "reset all;";

    private final Map<String, String> values;
    private final String reset;

    private SessionSettings(Map<String, String> values, String reset) {
        this.values = values;
        this.reset = reset;
    }

    /**
     * Sets everything on a session that has just acquired the lock.
     *
     * @param deadClients as they were applied to this session before it acquired the lock
     * @param resetAll whether everything else is taken back, too, each time; false where callbacks may have set something
     *     for all migrations
     */
    public static SessionSettings apply(
            Connection connection, Settings settings, DeadClients deadClients, boolean resetAll) throws SQLException {
        var values = new LinkedHashMap<>(deadClients.accepted());
        values.put("lock_timeout", millis(settings, Setting.LOCK_TIMEOUT));
        values.put("statement_timeout", millis(settings, Setting.STATEMENT_TIMEOUT));
        var session = new SessionSettings(values, resetAll ? RESET : "");
        session.assertOn(connection, "");
        return session;
    }

    /**
     * Asserts all of them in one round trip, and takes back everything else that was set.
     *
     * @param then SQL that goes with them; may be empty
     */
    public void assertOn(Connection connection, String then) throws SQLException {
        set(connection, reset, values, then);
    }

    /**
     * The same without a lock timeout, for statements that run outside a transaction: CREATE INDEX CONCURRENTLY and its
     * kin wait for old transactions without being in anybody's way, and a timeout would leave an invalid index behind.
     */
    public void assertForNonTransactional(Connection connection, String then) throws SQLException {
        var unbounded = new LinkedHashMap<>(values);
        unbounded.put("lock_timeout", "0");
        set(connection, reset, unbounded, then);
    }

    static void set(Connection connection, Map<String, String> values) throws SQLException {
        set(connection, "", values, "");
    }

    private static void set(Connection connection, String before, Map<String, String> values, String after)
            throws SQLException {
        var sql = new StringBuilder(before);
        values.forEach((name, value) ->
                sql.append("set ").append(name).append(" = ").append(value).append(';'));
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql.append(after).toString());
        }
    }

    private static String millis(Settings settings, Setting<Duration> setting) {
        return Long.toString(settings.get(setting).toMillis());
    }
}
