package dev.slipway.migrator.flyway;

import dev.slipway.migrator.ledger.RunLedger;
import dev.slipway.migrator.report.EventLog;
import dev.slipway.migrator.session.SessionSettings;
import dev.slipway.migrator.session.SqlState;
import dev.slipway.migrator.sql.SqlStatement;
import java.sql.Connection;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import org.postgresql.core.BaseConnection;
import org.postgresql.core.TransactionState;

/** Runs one script once, the way its mode asks for; the parts that both ways share. */
abstract class Step {
    private static final String INVALID_TRANSACTION_TERMINATION = "2D000";

    final Connection connection;
    final FlywaySession flyway;
    final SessionSettings settings;
    final RunLedger ledger;
    final EventLog log;
    final StatementExecution statements;
    private final SessionTraces traces;
    private @Nullable StartingPoint startingPoint;

    Step(
            Connection connection,
            FlywaySession flyway,
            SessionSettings settings,
            SessionTraces traces,
            RunLedger ledger,
            EventLog log) {
        this.connection = connection;
        this.flyway = flyway;
        this.settings = settings;
        this.traces = traces;
        this.ledger = ledger;
        this.log = log;
        this.statements = new StatementExecution(connection, log);
    }

    /** Applies the script and its history row, or throws with nothing of a transactional script left behind. */
    abstract void run(PendingScript pending) throws SQLException;

    /** Where each script may expect its session, whatever the one before has done. */
    final StartingPoint startingPoint() throws SQLException {
        if (startingPoint == null) {
            startingPoint = StartingPoint.of(flyway);
        }
        return startingPoint;
    }

    /** What happens between what comes before a script and what comes after it. */
    interface Statements {
        void execute() throws SQLException;
    }

    final void execute(PendingScript pending, Statements statements) throws SQLException {
        pending.change().beforeScript();
        statements.execute();
        if (pending.setsSessionState()) {
            traces.noteRole();
        }
        pending.change().afterScript();
    }

    /** As the role that we are, whatever role the script has set. */
    final void changeHistory(PendingScript pending, long startNanos) throws SQLException {
        int millis = (int) Math.min(Integer.MAX_VALUE, (System.nanoTime() - startNanos) / 1_000_000);
        pending.change().record(startingPoint().role(), millis);
    }

    /** A statement can end the transaction in ways that its text does not show. */
    final void refuseEarlyCommit(SqlStatement statement) throws SQLException {
        if (connection.unwrap(BaseConnection.class).getTransactionState() == TransactionState.IDLE) {
            throw new StatementFailure(
                    statement,
                    new SQLException(
                            "it ended the transaction, so that the script cannot commit together with its history row",
                            INVALID_TRANSACTION_TERMINATION));
        }
    }

    /** Rolls back and returns to autocommit; a connection that is gone has done so by itself. */
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
