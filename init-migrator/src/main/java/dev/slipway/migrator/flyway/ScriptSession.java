package dev.slipway.migrator.flyway;

import dev.slipway.migrator.ledger.RunLedger;
import dev.slipway.migrator.report.EventLog;
import dev.slipway.migrator.session.SessionSettings;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.jspecify.annotations.Nullable;

/** What all scripts of a run work with: the session that holds the lock, and where in it each of them starts. */
final class ScriptSession {
    private final FlywaySession flyway;
    private final SessionSettings settings;
    private final SessionTraces traces;
    private final RunLedger ledger;
    private final EventLog log;
    private @Nullable StartingPoint startingPoint;

    ScriptSession(
            FlywaySession flyway, SessionSettings settings, SessionTraces traces, RunLedger ledger, EventLog log) {
        this.flyway = flyway;
        this.settings = settings;
        this.traces = traces;
        this.ledger = ledger;
        this.log = log;
    }

    Connection connection() {
        return flyway.connection();
    }

    FlywaySession flyway() {
        return flyway;
    }

    SessionTraces traces() {
        return traces;
    }

    RunLedger ledger() {
        return ledger;
    }

    EventLog log() {
        return log;
    }

    /** Brings the session to where each script may expect it, whatever the one before has done: one round trip. */
    void begin() throws SQLException {
        settings.assertOn(connection(), startingPoint().sql());
    }

    /** The same for statements that run outside a transaction, see {@link SessionSettings#assertForNonTransactional}. */
    void beginNonTransactional() throws SQLException {
        settings.assertForNonTransactional(connection(), startingPoint().sql());
    }

    /** SQL that brings back the role that the session has now. */
    String currentRole() throws SQLException {
        try (Statement statement = connection().createStatement();
                ResultSet result = statement.executeQuery("select " + StartingPoint.ROLE)) {
            result.next();
            return result.getString(1);
        }
    }

    void execute(String sql) throws SQLException {
        try (Statement statement = connection().createStatement()) {
            statement.execute(sql);
        }
    }

    /** SQL that brings back the role that we are, whatever role a script has set. */
    String ownRole() throws SQLException {
        return startingPoint().role();
    }

    /** Found after the callbacks before all scripts, and before the first script, which may leave another path behind. */
    private StartingPoint startingPoint() throws SQLException {
        if (startingPoint == null) {
            startingPoint = StartingPoint.of(flyway);
        }
        return startingPoint;
    }
}
