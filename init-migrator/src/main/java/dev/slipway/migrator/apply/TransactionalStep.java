package dev.slipway.migrator.apply;

import dev.slipway.migrator.sql.SqlStatement;
import java.sql.SQLException;

/** Script, history row and ledger row in one transaction: all or nothing. */
final class TransactionalStep extends ScriptStep {
    TransactionalStep(ScriptSession session) {
        super(session);
    }

    @Override
    boolean isAtomic() {
        return true;
    }

    @Override
    void run(PendingScript pending) throws SQLException {
        long start = System.nanoTime();
        session.beginTransaction(pending.statements().isEmpty()
                || locksAtOnce(pending.statements().get(0)));
        try {
            execute(pending, () -> executeAll(pending));
            commit(pending, start, ledger.done(pending.script()));
        } catch (SQLException | RuntimeException failure) {
            rollBack(failure);
            throw failure;
        }
    }

    private void executeAll(PendingScript pending) throws SQLException {
        for (SqlStatement statement : pending.statements()) {
            executeInTransaction(pending, statement);
        }
    }
}
