package dev.slipway.migrator.session;

import dev.slipway.migrator.failure.SqlState;
import dev.slipway.migrator.report.EventLog;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Settings that make the server end a session whose client has died, and so release the migration lock. With the
 * system's defaults, the lock of a vanished node would be held for two hours.
 *
 * <p>If the server refuses a setting, the run continues without it, with one warning: some hosted servers make
 * {@code client_connection_check_interval} read-only. Used by one thread.
 */
public final class DeadClients {
    private static final Map<String, String> SETTINGS = settings();

    private final EventLog log;
    private Map<String, String> accepted = SETTINGS;
    private boolean tried;

    public DeadClients(EventLog log) {
        this.log = log;
    }

    /**
     * Detects a lost node or network: 10 s idle, then 3 probes 5 s apart, and at most 20 s for sent data without an
     * acknowledgement (on Linux that limit also ends the probing). The check interval does the same while a statement
     * is running. The last two detect a frozen process whose kernel still answers the probes: a live migrator never
     * leaves a transaction idle, and outside a transaction it sleeps for less than a minute.
     *
     * @return names and values, in a fixed order
     */
    public static Map<String, String> settings() {
        var values = new LinkedHashMap<String, String>();
        values.put("tcp_keepalives_idle", "10");
        values.put("tcp_keepalives_interval", "5");
        values.put("tcp_keepalives_count", "3");
        values.put("tcp_user_timeout", "20000");
        values.put("client_connection_check_interval", "1000");
        values.put("idle_in_transaction_session_timeout", "20000");
        values.put("idle_session_timeout", "90000");
        return values;
    }

    /** Sends all settings in one round trip; if the server refuses one, it sends them one by one, once. */
    public void letGo(Connection connection) throws SQLException {
        try {
            SessionSettings.set(connection, accepted);
        } catch (SQLException refused) {
            if (tried || SqlState.isConnectionLost(refused)) {
                throw refused;
            }
            accepted = oneByOne(connection);
        }
        tried = true;
    }

    private Map<String, String> oneByOne(Connection connection) throws SQLException {
        var kept = new LinkedHashMap<String, String>();
        for (Map.Entry<String, String> each : SETTINGS.entrySet()) {
            try (Statement statement = connection.createStatement()) {
                statement.execute("set " + each.getKey() + " = " + each.getValue());
                kept.put(each.getKey(), each.getValue());
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
        return kept;
    }

    /** The settings that the server has accepted. */
    Map<String, String> accepted() {
        return accepted;
    }
}
