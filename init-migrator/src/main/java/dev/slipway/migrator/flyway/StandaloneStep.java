package dev.slipway.migrator.flyway;

import dev.slipway.contract.ExitCode;
import dev.slipway.migrator.flyway.Leftovers.State;
import dev.slipway.migrator.ledger.Progress;
import dev.slipway.migrator.ledger.RunLedger.Attempt;
import dev.slipway.migrator.report.RunFailure;
import dev.slipway.migrator.session.SqlState;
import dev.slipway.migrator.sql.NonTransactional;
import dev.slipway.migrator.sql.SqlStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.postgresql.core.TransactionState;

/**
 * A script that cannot run in a transaction: its ledger row is committed first, then it runs, then the catalog is asked
 * whether its work is there, then its history row follows. Whatever happens in between, the next run can tell from the
 * ledger which statement may be half done, and from the catalog what is left of it; it goes on from there.
 */
class StandaloneStep extends Step {
    private static final String INVALID_TRANSACTION_STATE = "25000";

    private final Leftovers leftovers;

    StandaloneStep(ScriptSession session) {
        super(session);
        this.leftovers = new Leftovers(connection, log);
    }

    @Override
    void run(PendingScript pending) throws SQLException {
        long start = System.nanoTime();
        assertSettings(pending);
        List<String> texts =
                pending.statements().stream().map(SqlStatement::text).toList();
        int first = firstToRun(pending, texts);
        execute(pending, () -> executeFrom(first, pending, texts));
        connection.setAutoCommit(false);
        try {
            commit(pending, start, ledger.finished(pending.script()));
        } catch (SQLException | RuntimeException failure) {
            rollBack(failure);
            throw failure;
        }
    }

    /** What runs CONCURRENTLY waits without being in anybody's way; VACUUM FULL and the like block a whole table. */
    void assertSettings(PendingScript pending) throws SQLException {
        boolean concurrently = pending.statements().stream()
                .map(NonTransactional::reasonOf)
                .flatMap(Optional::stream)
                .allMatch(reason -> reason.command().contains("CONCURRENTLY"));
        if (concurrently) {
            session.beginNonTransactional();
        } else {
            session.begin();
        }
    }

    /**
     * Picks up after an attempt that did not come to its end, and removes what its last statement left.
     *
     * @return how many statements have done their work already
     */
    private int firstToRun(PendingScript pending, List<String> texts) throws SQLException {
        Optional<Attempt> last = ledger.lastAttempt(pending.script());
        if (last.isEmpty()) {
            return 0;
        }
        Attempt attempt = last.get();
        refuseUnlessItCanGoOn(pending, attempt, texts);
        int done = attempt.progress().isOf(texts) ? attempt.progress().done() : 0;
        if (!attempt.orderly()) {
            done = resume(pending, attempt, done, attempt.progress().goesOnAs(texts));
        }
        if (done > 0) {
            log.info("going on where an earlier attempt ended", "script", pending.name(), "statementsDone", done);
        }
        return done;
    }

    /**
     * Whether the statements that are done may be done again.
     *
     * @throws RunFailure where they may not, and the script is no longer the one of that attempt
     */
    void refuseUnlessItCanGoOn(PendingScript pending, Attempt attempt, List<String> texts) {
        // Each of these statements finds out by itself that its work is there.
    }

    /** Whether nothing of a statement can be there where the ledger does not say that it is done. */
    boolean leavesNothing(SqlStatement statement) {
        return isSetting(statement);
    }

    /** @param unchanged whether the script is, up to the statement in question, the one of that attempt */
    private int resume(PendingScript pending, Attempt attempt, int done, boolean unchanged) throws SQLException {
        log.warn(
                "an earlier attempt did not finish; checking what it left",
                "script",
                pending.name(),
                "runBy",
                attempt.runBy(),
                "startedAt",
                attempt.startedAt());
        List<SqlStatement> inQuestion = pending.statements()
                .subList(
                        done,
                        unchanged
                                ? Math.min(done + 1, pending.statements().size())
                                : pending.statements().size());
        boolean complete = unchanged;
        for (SqlStatement statement : inQuestion) {
            State state = leavesNothing(statement) ? State.OPEN : leftovers.cleanUp(statement);
            if (state == State.UNKNOWN) {
                throw askForAHuman(pending, statement, attempt);
            }
            complete &= state == State.DONE;
        }
        ledger.failed(pending.script(), false, "", "the attempt did not finish");
        return complete ? done + inQuestion.size() : done;
    }

    private void executeFrom(int first, PendingScript pending, List<String> texts) throws SQLException {
        Progress progress = Progress.of(texts, first);
        ledger.started(pending.script(), progress);
        repeatSettings(pending, first);
        while (progress.done() < texts.size()) {
            progress = executeNext(pending, texts, progress);
        }
    }

    /** They hold for the session only, so they are due again in each. */
    final void repeatSettings(PendingScript pending, int end) throws SQLException {
        for (SqlStatement statement : pending.statements().subList(0, end)) {
            if (isSetting(statement)) {
                statements.execute(pending.change(), statement);
            }
        }
    }

    /** Returns how far the script is then. */
    Progress executeNext(PendingScript pending, List<String> texts, Progress progress) throws SQLException {
        executeOrCleanUp(pending, pending.statements().get(progress.done()));
        Progress next = progress.andOneMore(texts);
        if (next.done() < texts.size()) {
            changeLedger(pending, () -> ledger.progress(pending.script(), next));
        } else {
            refuseOpenTransaction(pending, pending.statements().get(progress.done()));
        }
        return next;
    }

    /** Its author has opened it, and the history row may not hang on whether somebody closes it. */
    private void refuseOpenTransaction(PendingScript pending, SqlStatement last) throws SQLException {
        if (session.transactionState() != TransactionState.IDLE) {
            try (Statement statement = connection.createStatement()) {
                statement.execute("rollback");
            }
            String problem = "after it a transaction is still open, and was rolled back; end the script with COMMIT";
            changeLedger(pending, () -> ledger.failed(pending.script(), false, INVALID_TRANSACTION_STATE, problem));
            throw new StatementFailure(last, new SQLException(problem, INVALID_TRANSACTION_STATE));
        }
    }

    private void executeOrCleanUp(PendingScript pending, SqlStatement statement) throws SQLException {
        Set<String> invalidBefore = leftovers.prepare(statement);
        try {
            statements.execute(pending.change(), statement);
            verify(pending, statement);
        } catch (SQLException | RuntimeException failure) {
            if (!SqlState.isConnectionLost(failure)) {
                recordFailure(pending, statement, invalidBefore, failure);
            }
            throw failure;
        }
    }

    private void verify(PendingScript pending, SqlStatement statement) throws SQLException {
        List<String> unbuilt = leftovers.unbuilt(statement.command());
        if (!unbuilt.isEmpty()) {
            throw new RunFailure(
                    ExitCode.MIGRATION_FAILED,
                    pending.name() + ", line " + statement.line() + ": it ran, but afterwards there is no valid index "
                            + String.join(", ", unbuilt) + " on its table",
                    "look for an index of that name on another table, which IF NOT EXISTS takes for this one",
                    Map.of("script", pending.name(), "line", statement.line(), "indexes", unbuilt),
                    null);
        }
    }

    /** Removes what was left and closes the attempt, so that no repair is needed before the next one. */
    private void recordFailure(
            PendingScript pending, SqlStatement statement, Set<String> invalidBefore, Exception failure) {
        try {
            if (leftovers.cleanUpAfter(statement, invalidBefore) != State.UNKNOWN) {
                closeAttempt(pending, failure);
            }
        } catch (SQLException alsoFailed) {
            failure.addSuppressed(alsoFailed);
        }
    }

    /** It failed, and left nothing that the next attempt would have to look for. */
    final void closeAttempt(PendingScript pending, Exception failure) throws SQLException {
        String state = SqlState.of(failure).orElse("");
        changeLedger(pending, () -> ledger.failed(pending.script(), false, state, MigrationFailure.reason(failure)));
    }

    private static boolean isSetting(SqlStatement statement) {
        return ScriptMode.isSetting(statement);
    }

    private static RunFailure askForAHuman(PendingScript pending, SqlStatement statement, Attempt attempt) {
        return new RunFailure(
                ExitCode.MIGRATION_FAILED,
                pending.name() + " was started by " + attempt.runBy() + " at " + attempt.startedAt()
                        + " outside a transaction and never finished; whether the statement in line " + statement.line()
                        + " did its work cannot be told from the catalog",
                "look at what it has done and undo that by hand; then run 'slipway repair', and the script is tried again",
                Map.of(
                        "script",
                        pending.name(),
                        "line",
                        statement.line(),
                        "runBy",
                        attempt.runBy(),
                        "startedAt",
                        attempt.startedAt()),
                null);
    }
}
