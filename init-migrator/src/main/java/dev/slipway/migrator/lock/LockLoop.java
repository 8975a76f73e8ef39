package dev.slipway.migrator.lock;

import dev.slipway.contract.ExitCode;
import dev.slipway.contract.Setting;
import dev.slipway.migrator.failure.LostInScript;
import dev.slipway.migrator.failure.RunFailure;
import dev.slipway.migrator.failure.ServerError;
import dev.slipway.migrator.failure.SqlState;
import dev.slipway.migrator.failure.UnexpectedSql;
import dev.slipway.migrator.history.HistoryReader;
import dev.slipway.migrator.report.EventLog;
import dev.slipway.migrator.report.RunReport;
import dev.slipway.migrator.session.Connector;
import dev.slipway.migrator.session.DeadClients;
import dev.slipway.migrator.session.SameServerProof;
import dev.slipway.migrator.session.Terminated;
import dev.slipway.migrator.session.Termination;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Connects, looks, and tries the lock. If it gets the lock, it does the work on the same connection. Otherwise it
 * closes the connection, sleeps, and starts over. Nothing is held between two rounds, whatever the reason for the next
 * one.
 */
public final class LockLoop {
    /** How often one run continues after it lost its connection. */
    private static final int MAX_LOST_CONNECTIONS = 5;

    /** What a command does in each round. */
    public interface Work {
        /** Reads the history without any lock. */
        Look look(Connection connection) throws SQLException;

        /**
         * Does the rest under the lock; everything has to be read again, because another replica may have migrated in
         * between.
         */
        RunReport underLock(Connection connection) throws SQLException;
    }

    /**
     * @param ended the report if the look was enough; empty if the lock is needed
     * @param appliedRows the length of the history, which grows while another replica makes progress
     */
    public record Look(Optional<RunReport> ended, int appliedRows) {}

    private final HistoryReader place;
    private final Connector connector;
    private final EventLog log;
    private final Termination termination;
    private final WaitForLock waiting;
    private final DeadClients deadClients;
    private boolean probed;
    private int lostConnections;
    /** The place in a script at which the connection was last lost; empty if not in one. */
    private String lastLoss = "";

    public LockLoop(HistoryReader place, Connector connector, EventLog log, Termination termination) {
        this.place = place;
        this.connector = connector;
        this.log = log;
        this.termination = termination;
        this.waiting = new WaitForLock(place.settings().get(Setting.WAIT_TIMEOUT), log);
        this.deadClients = new DeadClients(log);
    }

    public WaitForLock waiting() {
        return waiting;
    }

    /** Applied to every connection that tried the lock. */
    public DeadClients deadClients() {
        return deadClients;
    }

    /**
     * @throws RunFailure if the work refuses, or a budget is spent
     * @throws Terminated when SIGTERM arrived
     */
    public RunReport run(Work work) {
        while (true) {
            Optional<RunReport> ended = round(work);
            if (ended.isPresent()) {
                return ended.get();
            }
            if (termination.sleep(waiting.nextPause())) {
                throw new Terminated();
            }
        }
    }

    /** Empty if another round is needed. The connection never outlives this method. */
    private Optional<RunReport> round(Work work) {
        try (Connection connection = connector.connect()) {
            termination.watch(connection);
            return round(work, connection);
        } catch (SQLException failure) {
            refuseUnlessAnotherRoundHelps(failure);
            return Optional.empty();
        } finally {
            termination.watch(null);
        }
    }

    private Optional<RunReport> round(Work work, Connection connection) throws SQLException {
        try {
            Look look = work.look(connection);
            return look.ended().isPresent() ? look.ended() : tryUnderLock(work, connection, look.appliedRows());
        } catch (SQLException failure) {
            throw LockedTable.explain(failure, connection, place.table());
        }
    }

    private Optional<RunReport> tryUnderLock(Work work, Connection connection, int appliedRows) throws SQLException {
        refusePooler(connection);
        // Set before taking the lock, so that a holder that dies never keeps it for hours.
        deadClients.letGo(connection);
        LockAttempt attempt = new MigrationLock(place.table()).tryAcquire(connection);
        if (attempt instanceof LockAttempt.Held held) {
            waiting.heldBy(held, appliedRows);
            return Optional.empty();
        }
        if (attempt instanceof LockAttempt.Pooled pooled) {
            throw pooler(pooled.evidence());
        }
        return place.isStill(connection) ? Optional.of(work.underLock(connection)) : Optional.empty();
    }

    private void refusePooler(Connection connection) throws SQLException {
        if (!probed && !SameServerProof.isDirect(connection)) {
            refuseTransactionPooler(connection);
        }
        probed = true;
    }

    private void refuseTransactionPooler(Connection connection) throws SQLException {
        try (Connection second = connector.connectOnce()) {
            if (SameServerProof.isPooled(List.of(connection, second))) {
                throw pooler("two open connections were answered by one server process");
            }
        }
    }

    private RunFailure pooler(String evidence) {
        return new RunFailure(
                ExitCode.PREFLIGHT_REFUSED,
                connector.describe() + " is a transaction pooler: " + evidence
                        + "; no lock holds behind it, so that two replicas could migrate at once",
                "name the database itself in DIRECT_URL; the application may go on using the pooler",
                Map.of("evidence", evidence),
                null);
    }

    /**
     * A random loss rarely happens twice at the same place, but a statement that kills its session or its server does
     * so every time.
     */
    private void refuseSecondLossAtOnePlace(SQLException failure) {
        String where = failure instanceof LostInScript lost ? lost.where() : "";
        if (!where.isEmpty() && where.equals(lastLoss)) {
            throw new RunFailure(
                    ExitCode.MIGRATION_FAILED,
                    "the connection was lost twice in a row in " + where + ": "
                            + ServerError.of(failure).map(ServerError::message).orElse("the server said no more"),
                    "look into the server's log for what ended the session: if it was the statement itself, by"
                            + " pg_terminate_backend or by a crash, change it; if not, start again",
                    Map.of("sqlState", SqlState.of(failure).orElse("")),
                    failure);
        }
        lastLoss = where;
    }

    private void refuseUnlessAnotherRoundHelps(SQLException failure) {
        if (termination.hasBegun()) {
            throw new Terminated();
        }
        refuseSecondLossAtOnePlace(failure);
        if (failure instanceof LockedTable locked) {
            waiting.lockedBy(locked);
        } else if (failure instanceof LockLost && ++lostConnections <= MAX_LOST_CONNECTIONS) {
            log.warn(
                    "the migration lock was lost; starting over to see what has been applied",
                    "reason",
                    String.valueOf(failure.getMessage()));
        } else if (failure instanceof LockLost) {
            throw new RunFailure(
                    ExitCode.MIGRATION_FAILED,
                    "lost the migration lock " + lostConnections + " times: " + failure.getMessage(),
                    "look for a script or callback that releases advisory locks, and take that out of it",
                    Map.of(),
                    failure);
        } else if (SqlState.isConnectionLost(failure) && ++lostConnections <= MAX_LOST_CONNECTIONS) {
            log.warn(
                    "the connection was lost; connecting again to see what has been applied",
                    "reason",
                    String.valueOf(failure.getMessage()),
                    "loss",
                    lostConnections,
                    "of",
                    MAX_LOST_CONNECTIONS);
        } else {
            throw UnexpectedSql.explain(failure, connector.describe());
        }
    }
}
