package dev.slipway.migrator.flyway;

import dev.slipway.migrator.ledger.RunLedger;
import dev.slipway.migrator.report.EventLog;
import dev.slipway.migrator.session.SessionSettings;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.postgresql.core.BaseConnection;
import org.postgresql.core.TransactionState;

/** What all scripts of a run work with: the session that holds the lock, and where in it each of them starts. */
final class ScriptSession {
    private final FlywaySession flyway;
    private final SessionSettings settings;
    private final SessionTraces traces;
    private final RunLedger ledger;
    private final EventLog log;
    private final boolean callbacks;
    private @Nullable StartingPoint startingPoint;
    /** The script whose traces nobody has looked for yet. */
    private Optional<String> untidied = Optional.empty();
    /** Whether the transaction of the next script is open already, with the session where the script may expect it. */
    private boolean begun;

    /** @param callbacks whether anything but the scripts may leave traces between two of them */
    ScriptSession(
            FlywaySession flyway,
            SessionSettings settings,
            SessionTraces traces,
            RunLedger ledger,
            EventLog log,
            boolean callbacks) {
        this.flyway = flyway;
        this.settings = settings;
        this.traces = traces;
        this.ledger = ledger;
        this.log = log;
        this.callbacks = callbacks;
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

    /** Whether anything but the scripts may leave traces between two of them, or has to be called between statements. */
    boolean hasCallbacks() {
        return callbacks;
    }

    /** Brings the session to where each script may expect it, whatever the one before has done: one round trip. */
    void begin() throws SQLException {
        begin(assertion());
    }

    /** The same, in a transaction; the connection is not in autocommit afterwards. */
    void beginTransaction() throws SQLException {
        if (!begun) {
            begin();
            openTransaction();
        }
        begun = false;
    }

    /**
     * The driver would send BEGIN together with the first statement, which is executed even where BEGIN is not, because
     * SIGTERM has just cancelled it.
     */
    void openTransaction() throws SQLException {
        execute("begin");
        connection().setAutoCommit(false);
    }

    /** SQL for the time between two scripts: a look at what the one left, and where the next one may expect the session. */
    String glanceAndAssert() throws SQLException {
        return traces.glanceAnd(assertion());
    }

    /**
     * After {@link #glanceAndAssert}, and with the next transaction open.
     *
     * @param seen the first row that came of it
     */
    void glanced(Optional<List<String>> seen) throws SQLException {
        begun = traces.isUnchanged(seen) && transactionState() == TransactionState.OPEN;
        if (!begun) {
            rollBack();
        }
    }

    /** As the server said with its last answer. */
    TransactionState transactionState() throws SQLException {
        return connection().unwrap(BaseConnection.class).getTransactionState();
    }

    /** Gives up the transaction that was meant for the next script. */
    private void leaveTransaction() throws SQLException {
        if (begun) {
            begun = false;
            rollBack();
        }
    }

    private void rollBack() throws SQLException {
        connection().rollback();
        connection().setAutoCommit(true);
    }

    private String assertion() throws SQLException {
        return settings.assertion() + startingPoint().sql();
    }

    /** The same for statements outside a transaction, see {@link SessionSettings#assertionForNonTransactional}. */
    void beginNonTransactional() throws SQLException {
        begin(settings.assertionForNonTransactional() + startingPoint().sql());
    }

    private void begin(String sql) throws SQLException {
        leaveTransaction();
        Optional<String> before = untidied;
        untidied = Optional.empty();
        if (before.isEmpty()) {
            execute(sql);
        } else if (!traces.isUnchangedBefore(sql)) {
            takeBack(before.get(), false);
            execute(sql);
        }
    }

    /**
     * After a script: the next one shall find the session as if it were the first. Where a glance will probably do, that
     * goes with what begins the next one.
     */
    void tidyUp(PendingScript script) throws SQLException {
        if (begun) {
            return;
        }
        if (glanceWillDo(script)) {
            untidied = Optional.of(script.name());
        } else {
            takeBack(script.name(), script.setsSessionState());
        }
    }

    /** Whether a glance can tell that a script left nothing behind, so that the look can go with something else. */
    boolean glanceWillDo(PendingScript script) {
        return !script.setsSessionState() && !callbacks && traces.canGlance();
    }

    /** After the last script. */
    void tidyUp() throws SQLException {
        leaveTransaction();
        if (untidied.isPresent()) {
            takeBack(untidied.get(), false);
            untidied = Optional.empty();
        }
    }

    private void takeBack(String script, boolean withSettings) throws SQLException {
        List<String> left = traces.takeBack(withSettings);
        if (!left.isEmpty()) {
            log.warn(
                    "the script left something behind in the session; taken back",
                    "script",
                    script,
                    "left",
                    String.join(", ", left));
        }
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
            // Braces are SQL's own here, in an undo script that goes into the ledger, say.
            statement.setEscapeProcessing(false);
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
