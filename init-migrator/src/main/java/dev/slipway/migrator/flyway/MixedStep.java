package dev.slipway.migrator.flyway;

import dev.slipway.contract.ExitCode;
import dev.slipway.migrator.ledger.Progress;
import dev.slipway.migrator.ledger.RunLedger.Attempt;
import dev.slipway.migrator.report.RunFailure;
import dev.slipway.migrator.session.SqlState;
import dev.slipway.migrator.sql.SqlStatement;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;

/**
 * A script that mixes both kinds of statements. What refuses a transaction runs like a script of its own; the statements
 * between two of these run in one transaction, which also says in the ledger that they are done.
 */
final class MixedStep extends StandaloneStep {
    MixedStep(ScriptSession session) {
        super(session);
    }

    /** Each part has its own, as only what runs CONCURRENTLY may wait without an end. */
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

    @Override
    void refuseUnlessItCanGoOn(PendingScript pending, Attempt attempt, List<String> texts) {
        if (!attempt.progress().isOf(texts)) {
            throw new RunFailure(
                    ExitCode.HISTORY_DIFFERS,
                    pending.name() + " was started by " + attempt.runBy() + " at " + attempt.startedAt()
                            + ", and its first " + attempt.progress().done()
                            + " statements are done; but they were changed since",
                    "restore these statements, and correct only those after them",
                    Map.of("script", pending.name(), "done", attempt.progress().done()),
                    null);
        }
    }

    /** The ledger's row commits together with such a statement. */
    @Override
    boolean leavesNothing(SqlStatement statement) {
        return !ScriptMode.refusesTransaction(statement);
    }

    @Override
    Progress executeNext(PendingScript pending, List<String> texts, Progress progress) throws SQLException {
        boolean alone = ScriptMode.refusesTransaction(pending.statements().get(progress.done()));
        if (alone) {
            super.assertSettings(pending);
            repeatSettings(pending, progress.done());
            return super.executeNext(pending, texts, progress);
        }
        session.begin();
        repeatSettings(pending, progress.done());
        return executeInTransaction(pending, texts, progress);
    }

    private Progress executeInTransaction(PendingScript pending, List<String> texts, Progress progress)
            throws SQLException {
        session.openTransaction();
        try {
            Progress next = progress;
            while (next.done() < texts.size()
                    && leavesNothing(pending.statements().get(next.done()))) {
                SqlStatement statement = pending.statements().get(next.done());
                statements.execute(pending.change(), statement);
                refuseEarlyCommit(statement);
                next = next.andOneMore(texts);
            }
            Progress done = next;
            changeLedger(pending, () -> ledger.progress(pending.script(), done));
            connection.commit();
            connection.setAutoCommit(true);
            return next;
        } catch (SQLException | RuntimeException failure) {
            rollBack(failure);
            recordRollback(pending, failure);
            throw failure;
        }
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
