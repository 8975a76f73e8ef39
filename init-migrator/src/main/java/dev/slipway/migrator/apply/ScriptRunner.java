package dev.slipway.migrator.apply;

import dev.slipway.migrator.failure.LostInScript;
import dev.slipway.migrator.failure.Refusal.Heals;
import dev.slipway.migrator.failure.RunFailure;
import dev.slipway.migrator.failure.SqlState;
import dev.slipway.migrator.ledger.RunLedger;
import dev.slipway.migrator.lock.HeldLock;
import dev.slipway.migrator.lock.LockLost;
import dev.slipway.migrator.report.EventLog;
import dev.slipway.migrator.session.Terminated;
import dev.slipway.migrator.session.Termination;
import dev.slipway.migrator.sql.NonTransactional;
import dev.slipway.migrator.sql.QualifiedName;
import dev.slipway.migrator.sql.SqlStatement;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/** Runs one pending script to its end: retries it if that can help, and reports what happened. */
public final class ScriptRunner {
    private static final String PARTITIONED =
            "select 1 from pg_class where oid = to_regclass(?) and relkind in ('p', 'I')";

    private final Connection connection;
    private final HeldLock lock;
    private final LockRetry retry;
    private final RunLedger ledger;
    private final EventLog log;
    private final Termination termination;
    private final StatementWatch watch;
    private final PipelinedStep pipelined;
    private final TransactionalStep transactional;
    private final StandaloneStep standalone;
    private final MixedStep mixed;

    public ScriptRunner(ScriptSession session, LockRetry retry, Termination termination, StatementWatch watch) {
        this.connection = session.connection();
        this.lock = session.lock();
        this.retry = retry;
        this.ledger = session.ledger();
        this.log = session.log();
        this.termination = termination;
        this.watch = watch;
        this.pipelined = new PipelinedStep(session);
        this.transactional = new TransactionalStep(session);
        this.standalone = new StandaloneStep(session);
        this.mixed = new MixedStep(session);
    }

    /**
     * @param number of the script and how many there are, as in "3/12"
     * @throws RunFailure if the script failed for good; a transactional script then leaves nothing behind
     * @throws Terminated if SIGTERM arrived
     * @throws SQLException if the connection is gone, so that only the history can tell what happened
     */
    public AppliedScript run(PendingScript pending, String number) throws SQLException {
        long start = System.nanoTime();
        for (int failures = 1; ; failures++) {
            refuseIfTerminating();
            Optional<Duration> pause = tryOnce(pending, number, failures);
            if (pause.isEmpty()) {
                break;
            }
            termination.sleep(pause.get());
        }
        var applied = new AppliedScript(
                pending.name(), pending.script().version(), Duration.ofNanos(System.nanoTime() - start));
        log.info(
                pending.script().undoes() ? "undone" : "applied",
                "script",
                applied.script(),
                "number",
                number,
                "ms",
                applied.duration().toMillis());
        return applied;
    }

    /** The pause before the next try; empty if this one succeeded. */
    private Optional<Duration> tryOnce(PendingScript pending, String number, int tries) throws SQLException {
        watch.begin(pending.name(), number);
        ScriptStep step = step(pending);
        try {
            step.statements.begin(pending);
            step.run(pending);
            return Optional.empty();
        } catch (RunFailure | LockLost alreadyExplained) {
            throw alreadyExplained;
        } catch (SQLException | RuntimeException failure) {
            return Optional.of(pauseOrGiveUp(pending, step, failure, tries));
        } finally {
            watch.end();
        }
    }

    private ScriptStep step(PendingScript pending) throws SQLException {
        if (pending.mode() instanceof ScriptMode.Mixed) {
            return mixed;
        }
        boolean alone = pending.mode() instanceof ScriptMode.Standalone
                || ledger.hasBegun(pending.script())
                || isAllAboutPartitions(pending);
        if (alone) {
            return standalone;
        }
        return pipelined.takes(pending) ? pipelined : transactional;
    }

    /** REINDEX and CLUSTER refuse a transaction if the relation has partitions, which only the database can tell. */
    private boolean isAllAboutPartitions(PendingScript pending) throws SQLException {
        for (SqlStatement statement : pending.statements()) {
            Optional<QualifiedName> relation = NonTransactional.ifPartitioned(statement);
            if (relation.isEmpty() || !isPartitioned(relation.get())) {
                return false;
            }
        }
        return !pending.statements().isEmpty();
    }

    private boolean isPartitioned(QualifiedName relation) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(PARTITIONED)) {
            statement.setString(1, relation.quoted());
            try (ResultSet result = statement.executeQuery()) {
                return result.next();
            }
        }
    }

    private Duration pauseOrGiveUp(PendingScript pending, ScriptStep step, Exception failure, int tries)
            throws SQLException {
        if (termination.hasBegun()) {
            throw step.isAtomic() ? new Terminated() : new Terminated(ScriptFailure.ended(pending, failure));
        }
        if (DriverLimit.isBehind(failure)) {
            throw ScriptFailure.of(pending, failure, leftovers(pending, step, failure));
        }
        refuseLostLock(failure);
        Optional<RunFailure> explained = pending.change().explain(failure);
        if (explained.isPresent()) {
            throw explained.get();
        }
        if (SqlState.isConnectionLost(failure)) {
            throw new LostInScript(ScriptFailure.where(pending, failure), ScriptFailure.reason(failure), failure);
        }
        refuseMissingRights(failure);
        Optional<Duration> pause = retry.pauseAfter(failure, tries, ThreadLocalRandom.current());
        if (pause.isPresent()) {
            log.warn(
                    "rolled back, and trying again",
                    "script",
                    pending.name(),
                    "try",
                    tries + 1,
                    "of",
                    retry.tries(),
                    "sqlState",
                    SqlState.of(failure),
                    "inMs",
                    pause.get().toMillis(),
                    "blockedBy",
                    watch.lastBlockers());
            return pause.get();
        }
        recordFailure(pending, step, failure);
        pending.change().afterError();
        throw ScriptFailure.of(pending, failure, leftovers(pending, step, failure) + blockers(failure));
    }

    private void refuseLostLock(Exception failure) throws LockLost {
        Optional<LockLost> lost = ScriptFailure.isOutsideOfScripts(failure) ? lock.explain(failure) : Optional.empty();
        if (lost.isPresent()) {
            throw lost.get();
        }
    }

    private String blockers(Exception failure) {
        boolean blocked = ScriptFailure.refusal(failure).heals() == Heals.BY_ANOTHER_TRY;
        Optional<String> who = blocked ? watch.lastBlockers() : Optional.empty();
        return who.map(each -> "; it waited for " + each).orElse("");
    }

    /** Rights on the history or on the table of attempts are missing: the script did nothing wrong. */
    private static void refuseMissingRights(Exception failure) throws SQLException {
        if (SqlState.is(SqlState.INSUFFICIENT_PRIVILEGE, failure) && ScriptFailure.isOutsideOfScripts(failure)) {
            throw new SQLException(ScriptFailure.reason(failure), SqlState.INSUFFICIENT_PRIVILEGE, failure);
        }
    }

    private void refuseIfTerminating() {
        if (termination.hasBegun()) {
            throw new Terminated();
        }
    }

    private static String leftovers(PendingScript pending, ScriptStep step, Exception failure) {
        if (failure instanceof EarlyCommit) {
            return EarlyCommit.LEFTOVERS;
        }
        if (step.isAtomic()) {
            return "everything it did was rolled back";
        }
        if (ScriptFailure.mayHaveCommitted(failure)) {
            return "it ran outside a transaction: "
                    + (pending.resumable() ? ScriptFailure.RUNS_AGAIN : ScriptFailure.COMMITTED);
        }
        return pending.statements().size() == 1
                ? "it ran outside a transaction"
                : "it ran outside a transaction: the statements before this one stay, and are not run again";
    }

    private void recordFailure(PendingScript pending, ScriptStep step, Exception failure) {
        if (step.isAtomic()) {
            try {
                String state = SqlState.of(failure).orElse("");
                ledger.write(ledger.failed(pending.script(), true, state, ScriptFailure.reason(failure)));
            } catch (SQLException alsoFailed) {
                failure.addSuppressed(alsoFailed);
            }
        }
    }
}
