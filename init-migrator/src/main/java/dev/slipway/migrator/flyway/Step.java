package dev.slipway.migrator.flyway;

import dev.slipway.migrator.ledger.RunLedger;
import dev.slipway.migrator.report.EventLog;
import dev.slipway.migrator.session.SessionSettings;
import dev.slipway.migrator.session.SqlState;
import dev.slipway.migrator.sql.SqlStatement;
import java.sql.Connection;
import java.sql.SQLException;
import org.flywaydb.core.api.callback.Event;
import org.flywaydb.core.internal.info.MigrationInfoImpl;
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
        this.statements = new StatementExecution(connection, flyway, log);
    }

    /** Applies the script and its history row, or throws with nothing of a transactional script left behind. */
    abstract void run(PendingScript pending) throws SQLException;

    /** The search path and role as each script may expect them, whatever the one before has done. */
    final void prepareSession() {
        flyway.database().getMigrationConnection().restoreOriginalState();
        flyway.database().getMigrationConnection().changeCurrentSchemaTo(flyway.schema());
    }

    /** What the sender of the statements does between Flyway's callbacks around a script. */
    interface Statements {
        void execute() throws SQLException;
    }

    final void execute(PendingScript pending, Statements statements) throws SQLException {
        flyway.callbacks().setMigrationInfo(pending.migration());
        flyway.callbacks().onEachMigrateOrUndoEvent(Event.BEFORE_EACH_MIGRATE);
        statements.execute();
        if (pending.setsSessionState()) {
            traces.noteRole();
        }
        flyway.callbacks().onEachMigrateOrUndoEvent(Event.AFTER_EACH_MIGRATE);
    }

    /** As the role that we are, whatever role the script has set. */
    final void addHistoryRow(PendingScript pending, long startNanos) throws SQLException {
        flyway.database().getMigrationConnection().restoreOriginalState();
        MigrationInfoImpl migration = pending.migration();
        int millis = (int) Math.min(Integer.MAX_VALUE, (System.nanoTime() - startNanos) / 1_000_000);
        flyway.history()
                .addAppliedMigration(
                        migration.getVersion(),
                        migration.getDescription(),
                        migration.getType(),
                        migration.getScript(),
                        migration.getResolvedMigration().getChecksum(),
                        millis,
                        true);
        if (flyway.scripts().drizzle().isPresent()) {
            flyway.scripts().drizzle().get().record(pending.name(), connection);
        }
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
