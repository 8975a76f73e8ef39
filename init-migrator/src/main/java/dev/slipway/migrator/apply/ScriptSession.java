package dev.slipway.migrator.apply;

import dev.slipway.migrator.ledger.RunLedger;
import dev.slipway.migrator.lock.HeldLock;
import dev.slipway.migrator.report.EventLog;
import dev.slipway.migrator.session.SessionSettings;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.postgresql.core.BaseConnection;
import org.postgresql.core.TransactionState;

/** What all scripts of a run work with: the session that holds the lock, and where in it each of them starts. */
public final class ScriptSession {
    private static final String RESET = "reset all;";

    private final Connection connection;
    private final SessionSettings settings;
    private final SessionTraces traces;
    private final HeldLock lock;
    private final RunLedger ledger;
    private final EventLog log;
    private final boolean callbacks;
    private final StartingPoint startingPoint;
    /** SQL that brought the session to where the current script expects it. */
    private String asserted = "";
    /** The script whose traces have not been looked for yet. */
    private Optional<String> untidied = Optional.empty();
    /** Whether the transaction of the next script is open already, with the session where the script may expect it. */
    private boolean begun;
    /** Whether the open transaction has taken the migration lock for itself. */
    private boolean locked;

    private ScriptSession(
            Connection connection,
            HeldLock lock,
            String searchPath,
            SessionSettings settings,
            SessionTraces traces,
            RunLedger ledger,
            EventLog log,
            boolean callbacks)
            throws SQLException {
        this.connection = connection;
        this.settings = settings;
        this.traces = traces;
        this.lock = lock;
        this.ledger = ledger;
        this.log = log;
        this.callbacks = callbacks;
        this.startingPoint = StartingPoint.of(connection, searchPath, settings.names(), callbacks);
    }

    /**
     * After the callbacks before all scripts, whose settings hold for all of them, and before the first script.
     *
     * @param connection the one that holds the lock
     * @param searchPath the path that each script starts with, as an SQL expression
     * @param callbacks whether anything but the scripts may leave traces between two of them
     */
    public static ScriptSession begin(
            Connection connection,
            HeldLock lock,
            String searchPath,
            SessionSettings settings,
            SessionTraces traces,
            RunLedger ledger,
            EventLog log,
            boolean callbacks)
            throws SQLException {
        var session = new ScriptSession(connection, lock, searchPath, settings, traces, ledger, log, callbacks);
        session.execute(session.assertion());
        traces.remember(session.startingPoint.changeable());
        return session;
    }

    /** Zero for none. */
    Duration statementTimeout() {
        return settings.statementTimeout();
    }

    Connection connection() {
        return connection;
    }

    SessionTraces traces() {
        return traces;
    }

    HeldLock lock() {
        return lock;
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
    public void begin() throws SQLException {
        begin(assertion());
    }

    /**
     * The same, in a transaction that holds the migration lock by itself; the connection is not in autocommit afterwards.
     *
     * @param lockAtOnce false for a script that begins with SET: SET TRANSACTION has to come before the first query. Then
     *     {@link #holdLock} is due before the first other statement; SET itself cannot release a lock.
     */
    void beginTransaction(boolean lockAtOnce) throws SQLException {
        if (!lockAtOnce) {
            leaveTransaction();
        }
        if (!begun) {
            begin();
            openTransaction(lockAtOnce);
        }
        begun = false;
    }

    /**
     * The driver would send BEGIN together with the first statement, which is executed even if BEGIN is not, because
     * SIGTERM has just cancelled it.
     */
    void openTransaction(boolean lockAtOnce) throws SQLException {
        execute(lockAtOnce ? beginWithLock() : "begin");
        locked = lockAtOnce;
        connection().setAutoCommit(false);
    }

    /** SQL that begins a transaction and takes the migration lock for it, or fails. */
    String beginWithLock() {
        return "begin;" + lock.forTransaction();
    }

    /** Takes the migration lock for the open transaction, unless it has it. */
    void holdLock() throws SQLException {
        if (!locked) {
            execute(lock.forTransaction());
            locked = true;
        }
    }

    /** After something ran outside a transaction, and may have released the lock. */
    void keepLock(String script) throws SQLException {
        if (lock.keep()) {
            log.warn("the script released the migration lock; it was taken again", "script", script);
        }
    }

    /** SQL for the time between two scripts: a look at what the one left, and where the next one may expect the session. */
    String glanceAndAssert() {
        asserted = assertion();
        // Of another role or user the glance would tell, and end its message.
        return traces.glanceAnd(settingsAndPath(settings.assertion()));
    }

    /**
     * After {@link #glanceAndAssert}, and with the next transaction open.
     *
     * @param seen the first row that came of it
     */
    void glanced(Optional<List<String>> seen) throws SQLException {
        begun = traces.isUnchanged(seen) && transactionState() == TransactionState.OPEN;
        locked = begun;
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

    private String assertion() {
        return assertion(settings.assertion());
    }

    /** The role comes last: what callbacks have set may need the rights of the user who logged in. */
    private String assertion(String ours) {
        return startingPoint.login() + settingsAndPath(ours) + startingPoint.roles();
    }

    private String settingsAndPath(String ours) {
        return RESET + startingPoint.settings() + ours + startingPoint.searchPath();
    }

    /** The same for statements outside a transaction, see {@link SessionSettings#assertionForNonTransactional}. */
    void beginNonTransactional() throws SQLException {
        begin(assertion(settings.assertionForNonTransactional()));
    }

    private void begin(String sql) throws SQLException {
        leaveTransaction();
        Optional<String> before = untidied;
        untidied = Optional.empty();
        if (before.isEmpty()) {
            execute(sql);
        } else if (!traces.isUnchangedBefore(sql)) {
            takeBack(before.get());
            execute(sql);
        }
        asserted = sql;
    }

    /**
     * After a script: the next one shall find the session as if it were the first. If a glance will probably do, that goes
     * with what begins the next one.
     */
    public void tidyUp(PendingScript script) throws SQLException {
        if (begun) {
            return;
        }
        if (glanceWillDo(script) && asserted.equals(assertion())) {
            untidied = Optional.of(script.name());
        } else {
            takeBack(script.name());
        }
    }

    /** Whether a glance can tell that a script left nothing behind, so that the look can go with something else. */
    boolean glanceWillDo(PendingScript script) {
        return !script.setsSessionState() && !callbacks && traces.canGlance();
    }

    /** After the last script. */
    public void tidyUp() throws SQLException {
        leaveTransaction();
        if (untidied.isPresent() && !traces.isUnchangedBefore("")) {
            takeBack(untidied.get());
        }
        untidied = Optional.empty();
    }

    private void takeBack(String script) throws SQLException {
        List<String> left = traces.takeBack(asserted);
        if (!left.isEmpty()) {
            log.warn(
                    "the script left something behind in the session; taken back",
                    "script",
                    script,
                    "left",
                    String.join(", ", left));
        }
        keepLock(script);
    }

    void execute(String sql) throws SQLException {
        try (Statement statement = connection().createStatement()) {
            // Braces are SQL's own here, in an undo script that goes into the ledger, say.
            statement.setEscapeProcessing(false);
            statement.execute(sql);
        }
    }

    /** SQL that brings back the role that the session has now, until the end of the transaction. */
    String currentRole() throws SQLException {
        try (Statement statement = connection().createStatement();
                ResultSet result = statement.executeQuery(StartingPoint.CURRENT_ROLE)) {
            result.next();
            return StartingPoint.rolesOfTransaction(result.getString(1), result.getString(2));
        }
    }

    /** SQL that brings back the role that we are until the end of the transaction, whatever role a script has set. */
    String ownRole() {
        return startingPoint.rolesOfTransaction();
    }
}
