package dev.slipway.migrator.apply;

import dev.slipway.contract.ExitCode;
import dev.slipway.migrator.failure.RunFailure;
import dev.slipway.migrator.failure.SqlState;
import dev.slipway.migrator.sql.SqlStatement;
import java.sql.SQLException;
import java.util.Map;

/**
 * A script that mixes both kinds of statements. A statement that refuses a transaction runs like a script of its own;
 * the statements between two of these, or between two COMMITs of the script, run in one transaction, which also says in
 * the ledger that they are done.
 */
final class MixedStep extends StandaloneStep {
    MixedStep(ScriptSession session) {
        super(session);
    }

    /** Each part has its own settings, because only a CONCURRENTLY statement may wait without a limit. */
    @Override
    void assertSettings(PendingScript pending) throws SQLException {
        if (!ledger.isAvailable()) {
            throw new RunFailure(
                    ExitCode.MIGRATION_FAILED,
                    pending.name()
                            + " cannot be one transaction, and how far it is has to be kept in a table that this role"
                            + " may not create",
                    "grant create on the schema to the role that migrates",
                    Map.of("script", pending.name()),
                    null);
        }
        session.begin();
    }

    /** The ledger's row commits together with such a statement. */
    @Override
    boolean leavesNothing(SqlStatement statement) {
        return !ScriptMode.refusesTransaction(statement);
    }

    @Override
    int executeNext(PendingScript pending, int position) throws SQLException {
        boolean alone = ScriptMode.refusesTransaction(pending.statements().get(position));
        if (alone) {
            super.assertSettings(pending);
            repeatSettings(pending, position);
            return super.executeNext(pending, position);
        }
        session.begin();
        repeatSettings(pending, position);
        return executeInTransaction(pending, position);
    }

    private int executeInTransaction(PendingScript pending, int first) throws SQLException {
        session.openTransaction(locksAtOnce(pending.statements().get(first)));
        try {
            int position = first;
            do {
                executeInTransaction(pending, pending.statements().get(position));
                position++;
            } while (goesOn(pending, position));
            session.holdLock();
            changeLedger(ledger.progress(pending.script(), doneBefore(pending, position)));
            connection.commit();
            connection.setAutoCommit(true);
            return position;
        } catch (SQLException | RuntimeException failure) {
            rollBack(failure);
            recordRollback(pending, failure);
            throw failure;
        }
    }

    /** Whether the statement belongs to the transaction of the one before it. */
    private static boolean goesOn(PendingScript pending, int index) {
        return index < pending.statements().size()
                && !ScriptMode.refusesTransaction(pending.statements().get(index))
                && !(pending.mode() instanceof ScriptMode.Mixed mixed
                        && mixed.cuts().contains(index));
    }

    private void recordRollback(PendingScript pending, Exception failure) {
        if (SqlState.isConnectionLost(failure)) {
            return;
        }
        try {
            closeAttempt(pending, failure);
        } catch (SQLException alsoFailed) {
            failure.addSuppressed(alsoFailed);
        }
    }
}
