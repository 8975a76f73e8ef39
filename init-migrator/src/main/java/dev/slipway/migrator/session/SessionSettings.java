package dev.slipway.migrator.session;

import dev.slipway.contract.Setting;
import dev.slipway.contract.Settings;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The PostgreSQL settings of the migrating session. They are set again before each migration, because a SET in one
 * migration, or in a function that it calls, would otherwise apply to the next.
 */
public final class SessionSettings {
    private static final int FIRST_WITH_TRANSACTION_TIMEOUT = 17;

    private static final String STATEMENT_TIMEOUT = "statement_timeout";

    private final Map<String, String> values;
    private final String assertion;

    private SessionSettings(Map<String, String> values) {
        this.values = values;
        this.assertion = set(values);
    }

    /**
     * Applies all settings to a session that has just acquired the lock.
     *
     * @param deadClients as they were applied to this session before it acquired the lock
     */
    public static SessionSettings apply(Connection connection, Settings settings, DeadClients deadClients)
            throws SQLException {
        var values = new LinkedHashMap<>(deadClients.accepted());
        values.put("lock_timeout", millis(settings, Setting.LOCK_TIMEOUT));
        values.put(STATEMENT_TIMEOUT, millis(settings, Setting.STATEMENT_TIMEOUT));
        // Like a statement_timeout of the role or the database, it was set for the statements of an application.
        if (connection.getMetaData().getDatabaseMajorVersion() >= FIRST_WITH_TRANSACTION_TIMEOUT) {
            values.put("transaction_timeout", "0");
        }
        var session = new SessionSettings(values);
        execute(connection, session.assertion());
        return session;
    }

    /** How long a statement may run, unless the script says otherwise; zero for no limit. */
    public Duration statementTimeout() {
        return Duration.ofMillis(Long.parseLong(String.valueOf(values.get(STATEMENT_TIMEOUT))));
    }

    public Set<String> names() {
        return values.keySet();
    }

    /** SQL that sets all of them; ends with a semicolon. */
    public String assertion() {
        return assertion;
    }

    /**
     * The same without a lock timeout, for statements that run outside a transaction: CREATE INDEX CONCURRENTLY and its
     * kin wait for old transactions without blocking other sessions, and a timeout would leave an invalid index behind.
     */
    public String assertionForNonTransactional() {
        var unbounded = new LinkedHashMap<>(values);
        unbounded.put("lock_timeout", "0");
        return set(unbounded);
    }

    static void set(Connection connection, Map<String, String> values) throws SQLException {
        execute(connection, set(values));
    }

    /** Builds one statement: before PostgreSQL 18, the driver searches the whole message for a path after each SET. */
    private static String set(Map<String, String> values) {
        List<String> calls = new ArrayList<>();
        values.forEach((name, value) -> calls.add("pg_catalog.set_config('" + name + "', '" + value + "', false)"));
        return "select " + String.join(", ", calls) + ";";
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static String millis(Settings settings, Setting<Duration> setting) {
        return Long.toString(settings.get(setting).toMillis());
    }
}
