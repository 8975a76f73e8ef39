package dev.slipway.migrator.session;

import dev.slipway.contract.Setting;
import dev.slipway.contract.Settings;
import dev.slipway.migrator.report.EventLog;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The PostgreSQL settings of the migrating session. They are set when the session begins and asserted anew before each
 * migration, because a SET in one migration would else hold for the next. One that the server refuses is a warning: some
 * hosted servers make {@code client_connection_check_interval} read-only.
 */
public final class SessionSettings {
    /**
     * With these the server notices within half a minute that this pod, its node or the network is gone, and frees the
     * lock: 10 s idle, then 3 probes 5 s apart, and at most 20 s for sent data that nobody acknowledges (on Linux that
     * limit also ends the probing). The check interval does the same while a statement is running.
     */
    private static final Map<String, String> NOTICE_THE_DEAD = notices();

    private final Map<String, String> values;

    private SessionSettings(Map<String, String> values) {
        this.values = values;
    }

    private static Map<String, String> notices() {
        var values = new LinkedHashMap<String, String>();
        values.put("tcp_keepalives_idle", "10");
        values.put("tcp_keepalives_interval", "5");
        values.put("tcp_keepalives_count", "3");
        values.put("tcp_user_timeout", "20000");
        values.put("client_connection_check_interval", "1000");
        return values;
    }

    /** Sets everything on a session that has just acquired the lock, and keeps what the server accepted. */
    public static SessionSettings apply(Connection connection, Settings settings, EventLog log) throws SQLException {
        var accepted = new LinkedHashMap<String, String>();
        for (Map.Entry<String, String> each : NOTICE_THE_DEAD.entrySet()) {
            try (Statement statement = connection.createStatement()) {
                statement.execute("set " + each.getKey() + " = " + each.getValue());
                accepted.put(each.getKey(), each.getValue());
            } catch (SQLException refused) {
                if (SqlState.isConnectionLost(refused)) {
                    throw refused;
                }
                log.warn(
                        "the server refuses a session setting",
                        "setting",
                        each.getKey(),
                        "reason",
                        String.valueOf(refused.getMessage()));
            }
        }
        accepted.put("lock_timeout", millis(settings, Setting.LOCK_TIMEOUT));
        accepted.put("statement_timeout", millis(settings, Setting.STATEMENT_TIMEOUT));
        return new SessionSettings(accepted);
    }

    /** Asserts all of them in one round trip. */
    public void assertOn(Connection connection) throws SQLException {
        set(connection, values);
    }

    /**
     * The same without a lock timeout, for statements that run outside a transaction: CREATE INDEX CONCURRENTLY and its
     * kin wait for old transactions without being in anybody's way, and a timeout would leave an invalid index behind.
     */
    public void assertForNonTransactional(Connection connection) throws SQLException {
        var unbounded = new LinkedHashMap<>(values);
        unbounded.put("lock_timeout", "0");
        set(connection, unbounded);
    }

    private static void set(Connection connection, Map<String, String> values) throws SQLException {
        var sql = new StringBuilder();
        values.forEach((name, value) ->
                sql.append("set ").append(name).append(" = ").append(value).append(';'));
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql.toString());
        }
    }

    /** What this session has set, by name, with the values as the server shows them; for {@link #takeBackLeaks}. */
    public static Map<String, String> setInSession(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet result =
                        statement.executeQuery("select name, setting from pg_settings where source = 'session'")) {
            var values = new TreeMap<String, String>();
            while (result.next()) {
                values.put(result.getString(1), result.getString(2));
            }
            return values;
        }
    }

    /**
     * Takes back what a migration has set for the session, beyond its own transaction.
     *
     * @return the leaks, as in {@code work_mem = 99MB}; empty where there are none
     */
    public List<String> takeBackLeaks(Connection connection, Map<String, String> before) throws SQLException {
        var leaks = new ArrayList<String>();
        for (Map.Entry<String, String> now : setInSession(connection).entrySet()) {
            String name = now.getKey();
            if (!now.getValue().equals(before.get(name)) && !name.equals("search_path")) {
                leaks.add(name + " = " + now.getValue());
                takeBack(connection, name, before.get(name));
            }
        }
        return leaks;
    }

    private static void takeBack(Connection connection, String name, @Nullable String before) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(
                    before == null ? "reset " + name : "set " + name + " = '" + before.replace("'", "''") + "'");
        }
    }

    private static String millis(Settings settings, Setting<Duration> setting) {
        return Long.toString(settings.get(setting).toMillis());
    }
}
