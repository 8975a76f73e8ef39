package dev.slipway.migrator.flyway;

import dev.slipway.contract.ExitCode;
import dev.slipway.migrator.flyway.Leftovers.State;
import dev.slipway.migrator.ledger.RunLedger;
import dev.slipway.migrator.ledger.RunLedger.Unfinished;
import dev.slipway.migrator.report.EventLog;
import dev.slipway.migrator.report.RunFailure;
import dev.slipway.migrator.session.SessionSettings;
import dev.slipway.migrator.session.SqlState;
import dev.slipway.migrator.sql.NonTransactional;
import dev.slipway.migrator.sql.SqlStatement;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A script that cannot run in a transaction: its ledger row is committed first, then it runs, then the catalog is asked
 * whether its work is there, then its history row follows. Whatever happens in between, the next run can tell from the
 * ledger that something may be left, and from the catalog what.
 */
final class StandaloneStep extends Step {
    private final Leftovers leftovers;

    StandaloneStep(
            Connection connection, FlywaySession flyway, SessionSettings settings, RunLedger ledger, EventLog log) {
        super(connection, flyway, settings, ledger, log);
        this.leftovers = new Leftovers(connection, log);
    }

    @Override
    void run(PendingScript pending) throws SQLException {
        long start = System.nanoTime();
        settings.assertForNonTransactional(connection);
        prepareSession();
        boolean alreadyDone = resume(pending);
        if (!alreadyDone) {
            ledger.started(pending.script());
            executeOrCleanUp(pending);
        }
        connection.setAutoCommit(false);
        try {
            addHistoryRow(pending, start);
            ledger.finished(pending.script());
            connection.commit();
            connection.setAutoCommit(true);
        } catch (SQLException | RuntimeException failure) {
            rollBack(failure);
            throw failure;
        }
    }

    /**
     * Picks up after an attempt that never ended.
     *
     * @return whether the whole script has been done already, so that only its history row is missing
     */
    private boolean resume(PendingScript pending) throws SQLException {
        Optional<Unfinished> attempt = ledger.unfinished(pending.script());
        if (attempt.isEmpty()) {
            return false;
        }
        log.warn(
                "an earlier attempt did not finish; checking what it left",
                "script",
                pending.name(),
                "runBy",
                attempt.get().runBy(),
                "startedAt",
                attempt.get().startedAt());
        List<State> states = new ArrayList<>();
        for (SqlStatement statement : checked(pending)) {
            states.add(leftovers.cleanUp(statement));
        }
        boolean sameScript = attempt.get().sha256().equals(pending.script().sha256());
        boolean halfWay = states.contains(State.DONE) && states.contains(State.OPEN);
        if (states.contains(State.UNKNOWN) || halfWay) {
            throw askForAHuman(pending, attempt.get());
        }
        boolean done = sameScript && !states.isEmpty() && !states.contains(State.OPEN);
        ledger.failed(pending.script(), false, "", "the attempt did not finish");
        if (done) {
            log.info(
                    "the earlier attempt had done its work; only its history row was missing",
                    "script",
                    pending.name());
        }
        return done;
    }

    private void executeOrCleanUp(PendingScript pending) throws SQLException {
        try {
            execute(pending);
            verify(pending);
        } catch (SQLException | RuntimeException failure) {
            if (!SqlState.isConnectionLost(failure)) {
                recordFailure(pending, failure);
            }
            throw failure;
        }
    }

    private void verify(PendingScript pending) throws SQLException {
        var unbuilt = new ArrayList<String>();
        for (SqlStatement statement : checked(pending)) {
            unbuilt.addAll(leftovers.unbuilt(statement.command()));
        }
        if (!unbuilt.isEmpty()) {
            throw new RunFailure(
                    ExitCode.MIGRATION_FAILED,
                    pending.name() + " ran, but these indexes are missing or invalid afterwards: "
                            + String.join(", ", unbuilt),
                    "drop an invalid index of that name, or remove IF NOT EXISTS, which hides it",
                    Map.of("script", pending.name(), "indexes", unbuilt),
                    null);
        }
    }

    /** Removes what was left and closes the attempt, so that no repair is needed before the next one. */
    private void recordFailure(PendingScript pending, Exception failure) {
        try {
            boolean allKnown = true;
            for (SqlStatement statement : checked(pending)) {
                allKnown &= leftovers.cleanUp(statement) != State.UNKNOWN;
            }
            if (allKnown || pending.statements() == 1) {
                String state = SqlState.of(failure).orElse("");
                ledger.failed(pending.script(), false, state, String.valueOf(failure.getMessage()));
            }
        } catch (SQLException alsoFailed) {
            failure.addSuppressed(alsoFailed);
        }
    }

    /** The statements that leave something in the database; a SET beside them does not. */
    private static List<SqlStatement> checked(PendingScript pending) {
        if (!(pending.mode() instanceof ScriptMode.Standalone standalone)) {
            return List.of();
        }
        List<SqlStatement> nonTransactional = standalone.statements().stream()
                .filter(each -> NonTransactional.reasonOf(each).isPresent())
                .toList();
        return nonTransactional.isEmpty() ? standalone.statements() : nonTransactional;
    }

    private static RunFailure askForAHuman(PendingScript pending, Unfinished attempt) {
        return new RunFailure(
                ExitCode.MIGRATION_FAILED,
                pending.name() + " was started by " + attempt.runBy() + " at " + attempt.startedAt()
                        + " outside a transaction and never finished; how far it came cannot be told from the catalog",
                "look at what it has done and undo that by hand; then run 'slipway repair', and the script is tried again",
                Map.of("script", pending.name(), "runBy", attempt.runBy(), "startedAt", attempt.startedAt()),
                null);
    }
}
