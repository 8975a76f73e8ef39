package dev.slipway.migrator.apply;

import dev.slipway.contract.ExitCode;
import dev.slipway.migrator.apply.UnfinishedStatement.State;
import dev.slipway.migrator.failure.RunFailure;
import dev.slipway.migrator.failure.SqlState;
import dev.slipway.migrator.files.ScriptHeader;
import dev.slipway.migrator.ledger.OpenAttempts.Attempt;
import dev.slipway.migrator.ledger.Progress;
import dev.slipway.migrator.sql.NonTransactional;
import dev.slipway.migrator.sql.SqlStatement;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.postgresql.core.TransactionState;

/**
 * A script that cannot run in a transaction: its ledger row commits first, then the script runs, then we check in the
 * catalog that its work is there, and last its history row commits. Whatever happens in between, the ledger shows the
 * next run which statement may be half done, and the catalog shows what it left, so the run can continue from there.
 */
class StandaloneStep extends ScriptStep {
    private static final String INVALID_TRANSACTION_STATE = "25000";

    private final UnfinishedStatement leftovers;

    StandaloneStep(ScriptSession session) {
        super(session);
        this.leftovers = new UnfinishedStatement(connection, log);
    }

    @Override
    boolean isAtomic() {
        return false;
    }

    @Override
    void run(PendingScript pending) throws SQLException {
        long start = System.nanoTime();
        assertSettings(pending);
        List<String> digests = Resumption.digests(pending.statements());
        int first = Resumption.positionAfter(pending.statements(), firstToRun(pending, digests));
        execute(pending, () -> executeFrom(first, pending, digests));
        session.openTransaction(true);
        try {
            commit(pending, start, ledger.finished(pending.script()));
        } catch (SQLException | RuntimeException failure) {
            rollBack(failure);
            throw failure;
        }
    }

    /** How many statements before this index have a lasting effect. */
    final int doneBefore(PendingScript pending, int position) {
        return (int) pending.statements().subList(0, position).stream()
                .filter(statement -> !isSetting(statement))
                .count();
    }

    /** CONCURRENTLY statements block nothing while they wait; VACUUM FULL and the like block a whole table. */
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
     * Continues an attempt that did not finish, and removes what its last statement left.
     *
     * @return how many statements are already done
     */
    private int firstToRun(PendingScript pending, List<String> digests) throws SQLException {
        Optional<Attempt> last = ledger.lastAttempt(pending.script());
        if (last.isEmpty()) {
            return 0;
        }
        Attempt attempt = last.get();
        Optional<RunFailure> changed = Resumption.refusal(pending.name(), pending.statements(), attempt);
        if (changed.isPresent()) {
            throw changed.get();
        }
        int done = attempt.progress().done();
        if (!attempt.orderly()) {
            done = resume(pending, attempt, attempt.progress().goesOnAs(digests));
        }
        if (done > 0) {
            log.info("going on where an earlier attempt ended", "script", pending.name(), "statementsDone", done);
        }
        return done;
    }

    /** Whether a statement that the ledger does not list as done has certainly left nothing. */
    boolean leavesNothing(SqlStatement statement) {
        return isSetting(statement);
    }

    /** @param unchanged whether the statement in question is the one of that attempt */
    private int resume(PendingScript pending, Attempt attempt, boolean unchanged) throws SQLException {
        log.warn(
                "an earlier attempt did not finish; checking what it left",
                "script",
                pending.name(),
                "runBy",
                attempt.runBy(),
                "startedAt",
                attempt.startedAt());
        int done = attempt.progress().done();
        List<SqlStatement> rest = pending.statements().stream()
                .filter(statement -> !isSetting(statement))
                .skip(done)
                .toList();
        List<SqlStatement> inQuestion = unchanged ? rest.subList(0, Math.min(1, rest.size())) : rest;
        boolean complete = unchanged;
        for (SqlStatement statement : inQuestion) {
            State state = leavesNothing(statement) ? State.OPEN : declared(pending, leftovers.cleanUp(statement));
            if (state == State.UNKNOWN) {
                throw askForAHuman(pending, statement, attempt);
            }
            complete &= state == State.DONE;
        }
        ledger.write(ledger.failed(pending.script(), false, "", "the attempt did not finish"));
        return complete ? done + inQuestion.size() : done;
    }

    /** What the catalogue does not show, the author of the script may have declared. */
    private static State declared(PendingScript pending, State state) {
        return state == State.UNKNOWN && pending.resumable() ? State.OPEN : state;
    }

    private void executeFrom(int first, PendingScript pending, List<String> digests) throws SQLException {
        changeLedger(ledger.started(pending.script(), new Progress(doneBefore(pending, first), digests)));
        repeatSettings(pending, first);
        for (int position = first; position < pending.statements().size(); ) {
            position = executeNext(pending, position);
        }
    }

    /** Settings last only for the session, so they have to be repeated in each. */
    final void repeatSettings(PendingScript pending, int end) throws SQLException {
        for (SqlStatement statement : pending.statements().subList(0, end)) {
            if (isSetting(statement)) {
                statements.execute(pending.change(), statement);
            }
        }
    }

    /** Returns the index of the statement after what it executed. */
    int executeNext(PendingScript pending, int position) throws SQLException {
        SqlStatement statement = pending.statements().get(position);
        executeOrCleanUp(pending, statement);
        boolean last = position + 1 == pending.statements().size();
        if (last) {
            refuseOpenTransaction(pending, statement);
        } else if (!isSetting(statement)) {
            changeLedger(ledger.progress(pending.script(), doneBefore(pending, position + 1)));
        }
        if (session.transactionState() == TransactionState.IDLE) {
            session.keepLock(pending.name());
        }
        return position + 1;
    }

    /** The script opened this transaction, and the history row must not depend on the script closing it. */
    private void refuseOpenTransaction(PendingScript pending, SqlStatement last) throws SQLException {
        if (session.transactionState() != TransactionState.IDLE) {
            session.execute("rollback");
            String problem = "after it a transaction is still open, and was rolled back; end the script with COMMIT";
            changeLedger(ledger.failed(pending.script(), false, INVALID_TRANSACTION_STATE, problem));
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

    /** Removes what the attempt left and closes it, so that the next one needs no repair. */
    private void recordFailure(
            PendingScript pending, SqlStatement statement, Set<String> invalidBefore, Exception failure) {
        try {
            if (declared(pending, leftovers.cleanUpAfter(statement, invalidBefore)) != State.UNKNOWN) {
                closeAttempt(pending, failure);
            }
        } catch (SQLException alsoFailed) {
            failure.addSuppressed(alsoFailed);
        }
    }

    /** Closes an attempt that failed and left nothing for the next one to find. */
    final void closeAttempt(PendingScript pending, Exception failure) throws SQLException {
        String state = SqlState.of(failure).orElse("");
        changeLedger(ledger.failed(pending.script(), false, state, ScriptFailure.reason(failure)));
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
                "look at what it has done and undo that by hand; then run " + RunFailure.REPAIR
                        + ", and the script is tried again. If the statement may simply run again, write '"
                        + ScriptHeader.RESUMABLE_COMMENT + "' above the first statement instead",
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
