package dev.slipway.migrator.flyway;

import dev.slipway.migrator.ledger.RunLedger;
import dev.slipway.migrator.report.EventLog;
import dev.slipway.migrator.session.SessionSettings;
import dev.slipway.migrator.sql.SqlStatement;
import java.sql.Connection;
import java.sql.SQLException;
import org.postgresql.core.BaseConnection;
import org.postgresql.core.TransactionState;

/** Script, history row and ledger row in one transaction: all of it, or nothing. */
final class TransactionalStep extends Step {
    private static final String INVALID_TRANSACTION_TERMINATION = "2D000";

    TransactionalStep(
            Connection connection, FlywaySession flyway, SessionSettings settings, SessionTraces traces, RunLedger ledger, EventLog log) {
        super(connection, flyway, settings, traces, ledger, log);
    }

    @Override
    void run(PendingScript pending) throws SQLException {
        long start = System.nanoTime();
        settings.assertOn(connection);
        prepareSession();
        connection.setAutoCommit(false);
        try {
            execute(pending, () -> executeAll(pending));
            addHistoryRow(pending, start);
            ledger.applied(pending.script());
            connection.commit();
            connection.setAutoCommit(true);
        } catch (SQLException | RuntimeException failure) {
            rollBack(failure);
            throw failure;
        }
    }

    private void executeAll(PendingScript pending) throws SQLException {
        for (SqlStatement statement : pending.statements()) {
            statements.execute(statement);
            refuseEarlyCommit(statement);
        }
    }

    /** A statement can end the transaction in ways that its text does not show. */
    private void refuseEarlyCommit(SqlStatement statement) throws SQLException {
        if (connection.unwrap(BaseConnection.class).getTransactionState() == TransactionState.IDLE) {
            throw new StatementFailure(
                    statement,
                    new SQLException(
                            "it ended the transaction, so that the script cannot commit together with its history row",
                            INVALID_TRANSACTION_TERMINATION));
        }
    }
}
