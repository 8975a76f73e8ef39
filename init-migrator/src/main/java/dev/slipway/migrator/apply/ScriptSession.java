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

/** What all scripts of a run share: the session that holds the lock, and the state in which each script finds it. */
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
    /** SQL that put the session into the state that the current script expects. */
    private String asserted = "";
    /** Whether only queries of ours have run since {@link #asserted}. */
    private boolean untouched;
    /** The script whose traces have not been checked yet. */
    private Optional<String> untidied = Optional.empty();
    /** Whether the transaction of the next script is already open, with the session in the state the script expects. */
    private boolean begun;
    /** Whether the open transaction itself holds the migration lock. */
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
     * Called before the first script, but after the callbacks that precede all scripts: their settings apply to every
     * script.
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
        session.asserted = session.assertion();
        session.execute(session.asserted);
        session.untouched = !callbacks;
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

    /** Whether callbacks may leave traces between two scripts, or have to be called between statements. */
    boolean hasCallbacks() {
        return callbacks;
    }

    /** Puts the session into the state every script expects, whatever the previous one did. One round trip. */
    public void begin() throws SQLException {
        begin(assertion());
    }

    /**
     * The same, in a transaction that itself holds the migration lock; the connection is not in autocommit afterwards.
     *
     * @param lockAtOnce false for a script that begins with SET: SET TRANSACTION has to come before the first query.
     * The caller then has to call {@link #holdLock} before the first other statement; SET itself cannot release a lock.
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
     * The driver would send BEGIN together with the first statement. If SIGTERM cancelled BEGIN at that moment, the
     * statement would still be executed.
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

    /** Takes the migration lock for the open transaction unless it already holds it. */
    void holdLock() throws SQLException {
        if (!locked) {
            execute(lock.forTransaction());
            locked = true;
        }
    }

    /** Called after something ran outside a transaction and may have released the lock. */
    void keepLock(String script) throws SQLException {
        if (lock.keep()) {
            log.warn("the script released the migration lock; it was taken again", "script", script);
        }
    }

    /**
     * SQL to run between two scripts: checks what the first left, and puts the session into the state the second
     * expects.
     */
    String glanceAndAssert() {
        asserted = assertion();
        // The glance would detect another role or user, and end its message.
        return traces.glanceAnd(settingsAndPath(settings.assertion()));
    }

    /**
     * Called after {@link #glanceAndAssert}, with the next transaction open.
     *
     * @param seen the first row it returned
     */
    void glanced(Optional<List<String>> seen) throws SQLException {
        begun = traces.isUnchanged(seen) && transactionState() == TransactionState.OPEN;
        locked = begun;
        if (!begun) {
            rollBack();
        }
    }

    /** As the server reported it in its last answer. */
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

    /** The role comes last: settings from callbacks may need the rights of the login user. */
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
        boolean there = untouched && sql.equals(asserted);
        untouched = false;
        if (there) {
            return;
        }
        if (before.isEmpty()) {
            execute(sql);
        } else if (!traces.isUnchangedBefore(sql)) {
            takeBack(before.get());
            execute(sql);
        }
        asserted = sql;
    }

    /**
     * Called after a script, so that the next one finds the session as if it were the first. If a glance is probably
     * enough, it is sent together with the start of the next script.
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

    /** Whether a glance can show that a script left nothing behind, so that it can be sent together with other SQL. */
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
            // Braces belong to the SQL, for example in an undo script that is stored in the ledger.
            statement.setEscapeProcessing(false);
            statement.execute(sql);
        }
    }

    /** SQL that restores the session's current role until the end of the transaction. */
    String currentRole() throws SQLException {
        try (Statement statement = connection().createStatement();
                ResultSet result = statement.executeQuery(StartingPoint.CURRENT_ROLE)) {
            result.next();
            return StartingPoint.rolesOfTransaction(result.getString(1), result.getString(2));
        }
    }

    /** SQL that restores our own role until the end of the transaction, whatever role a script has set. */
    String ownRole() {
        return startingPoint.rolesOfTransaction();
    }
}
