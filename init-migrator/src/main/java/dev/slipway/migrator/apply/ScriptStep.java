package dev.slipway.migrator.apply;

import dev.slipway.migrator.failure.SqlState;
import dev.slipway.migrator.ledger.RunLedger;
import dev.slipway.migrator.report.EventLog;
import dev.slipway.migrator.sql.SqlStatement;
import dev.slipway.migrator.sql.TokenReader;
import java.sql.Connection;
import java.sql.SQLException;
import org.postgresql.core.TransactionState;

/** Runs one script once, in the way its mode requires. The base class holds what all kinds of step share. */
abstract class ScriptStep {
    final ScriptSession session;
    final Connection connection;
    final RunLedger ledger;
    final EventLog log;
    final StatementExecution statements;

    ScriptStep(ScriptSession session) {
        this.session = session;
        this.connection = session.connection();
        this.ledger = session.ledger();
        this.log = session.log();
        this.statements = new StatementExecution(connection, log, session.statementTimeout());
    }

    /** Applies the script and its history row, or throws with nothing of a transactional script left behind. */
    abstract void run(PendingScript pending) throws SQLException;

    /** Whether a failure leaves nothing of the script behind. */
    abstract boolean isAtomic();

    /** The statements of a script, without what runs before and after it. */
    interface Statements {
        void execute() throws SQLException;
    }

    final void execute(PendingScript pending, Statements statements) throws SQLException {
        pending.change().beforeScript();
        if (session.hasCallbacks()) {
            session.traces().rememberCallbacks();
        }
        statements.execute();
        pending.change().afterScript();
    }

    /**
     * The end of a script: its history row, then its row in the ledger, under our own role, whatever role the script
     * has set.
     *
     * @param ledgerChange ends with a semicolon, or is empty
     */
    final void commit(PendingScript pending, long startNanos, String ledgerChange) throws SQLException {
        session.holdLock();
        long millis = Math.min(Integer.MAX_VALUE, (System.nanoTime() - startNanos) / 1_000_000);
        session.execute(commitMessage(pending, Long.toString(millis), ledgerChange) + "commit");
        connection.setAutoCommit(true);
        committed(pending);
    }

    final void committed(PendingScript pending) {
        if (pending.change().addsRow()) {
            session.lock().rowAdded();
        }
    }

    /**
     * Everything that belongs to the end of a script except the commit itself.
     *
     * @param millis how long the script ran, as an SQL expression
     */
    final String commitMessage(PendingScript pending, String millis, String ledgerChange) throws SQLException {
        return commentOn(pending) + pending.change().record(session.ownRole(), millis) + ledgerChange;
    }

    /**
     * A commit can take long, for example because of deferred constraints; pg_stat_activity then shows this comment.
     */
    private static String commentOn(PendingScript pending) {
        return "/* commit of " + pending.name().replace('*', '?') + " */ ";
    }

    /**
     * Changes the ledger under our own role; the script then continues under its own.
     *
     * @param sql ends with a semicolon, or is empty
     */
    final void changeLedger(String sql) throws SQLException {
        if (!sql.isEmpty()) {
            // One message is one transaction. If the script has opened one, that one continues in the script's role.
            boolean open = session.transactionState() != TransactionState.IDLE;
            String scriptsRole = open ? session.currentRole() : "";
            session.execute(session.ownRole() + sql + scriptsRole);
        }
    }

    /**
     * Takes the lock only after the SETs at the start of a script: SET TRANSACTION has to come before the first query,
     * even one of ours.
     */
    final void executeInTransaction(PendingScript pending, SqlStatement statement) throws SQLException {
        if (!runsNoQuery(statement)) {
            session.holdLock();
        }
        statements.execute(pending.change(), statement);
        refuseEarlyCommit(statement);
    }

    /** Whether the transaction may take the lock before the first statement, see {@link #executeInTransaction}. */
    static boolean locksAtOnce(SqlStatement first) {
        return !runsNoQuery(first);
    }

    /** SET takes no expression, so it cannot release a lock. */
    private static boolean runsNoQuery(SqlStatement statement) {
        return new TokenReader(statement.text()).at("SET");
    }

    /** A statement can end the transaction without its text showing it. */
    final void refuseEarlyCommit(SqlStatement statement) throws SQLException {
        if (session.transactionState() == TransactionState.IDLE) {
            throw new EarlyCommit(statement);
        }
    }

    /** Rolls back and returns to autocommit. If the connection is gone, the server has already rolled back. */
    final void rollBack(Throwable failure) {
        try {
            connection.rollback();
            connection.setAutoCommit(true);
        } catch (SQLException alsoFailed) {
            if (!SqlState.isConnectionLost(failure)) {
                failure.addSuppressed(alsoFailed);
            }
        }
    }
}
