package dev.slipway.migrator.session;

import dev.slipway.contract.Backoff;
import dev.slipway.migrator.database.CurrentTarget;
import dev.slipway.migrator.database.DatabaseTarget;
import dev.slipway.migrator.failure.ConnectFailure;
import dev.slipway.migrator.failure.RunFailure;
import dev.slipway.migrator.report.EventLog;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import org.postgresql.Driver;

/**
 * Opens connections to the target. Calls the driver directly, because searching the class path for drivers would take
 * longer than connecting.
 */
public final class Connector {
    /** Between two tries to connect, of either driver. */
    public static final Backoff PAUSES = new Backoff(Duration.ofMillis(100), Duration.ofSeconds(4));

    /**
     * Limits everything except the statements of migrations: connecting, reading the history, trying the lock. None of
     * these gets an answer if the network is cut, and keepalive does not cover data that is already sent.
     */
    private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(30);

    /** An outage with no more failures than this is not logged: a server that starts or fails over causes it too. */
    private static final int QUIET_FAILURES = 1;

    private final CurrentTarget database;
    private final String applicationName;
    private final Duration timeout;
    private final EventLog log;
    private final Termination termination;
    /** Used only by the thread of the run. */
    private @Nullable FutureTask<Connection> begun;

    /**
     * @param applicationName at most 63 bytes; what {@code pg_stat_activity} shows of us
     * @param timeout how long {@link #connect} keeps trying
     */
    public Connector(
            CurrentTarget database, String applicationName, Duration timeout, EventLog log, Termination termination) {
        this.database = database;
        this.applicationName = applicationName;
        this.timeout = timeout;
        this.log = log;
        this.termination = termination;
    }

    /**
     * Starts connecting on another thread and returns at once; the next {@link #connect} waits for it and throws what
     * it threw. The caller uses the time to read its files, which takes about as long.
     */
    public void begin() {
        var task = new FutureTask<>(this::connectInTime);
        var thread = new Thread(task, "connect");
        thread.setDaemon(true);
        thread.start();
        begun = task;
    }

    /** Closes the connection of {@link #begin} if it is no longer needed, without waiting for a silent server. */
    public void abandon() {
        FutureTask<Connection> task = begun;
        begun = null;
        if (task != null && task.isDone()) {
            try {
                task.get().close();
            } catch (InterruptedException | ExecutionException | SQLException alreadyGone) {
                // The attempt failed, so there is nothing to close.
            }
        }
    }

    /**
     * Tries until the timeout, with growing pauses.
     *
     * @throws RunFailure if the timeout is spent, or waiting cannot help
     */
    public Connection connect() {
        FutureTask<Connection> task = begun;
        begun = null;
        return task == null ? connectInTime() : resultOf(task);
    }

    private static Connection resultOf(FutureTask<Connection> task) {
        try {
            return task.get();
        } catch (InterruptedException interrupted) {
            throw new Terminated();
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof RuntimeException failure) {
                throw failure;
            }
            if (failed.getCause() instanceof Error failure) {
                throw failure;
            }
            throw new IllegalStateException(failed.getCause());
        }
    }

    private Connection connectInTime() {
        long start = System.nanoTime();
        for (int failures = 1; ; failures++) {
            try {
                return connectUnlessTerminated();
            } catch (SQLException failure) {
                if (termination.hasBegun()) {
                    throw new Terminated();
                }
                DatabaseTarget target = database.latest();
                ConnectFailure reason = ConnectFailure.of(failure, target);
                Duration spent = Duration.ofNanos(System.nanoTime() - start);
                boolean mayHelp = reason.isWorthWaiting() || database.hasChangedSince(target);
                if (!mayHelp || spent.compareTo(timeout) >= 0) {
                    throw unreachable(reason, failures, spent, failure);
                }
                if (failures > QUIET_FAILURES) {
                    log.warn("database not reachable yet", "database", target.describe(), "reason", reason.seen());
                }
                Duration pause = PAUSES.pause(failures, ThreadLocalRandom.current());
                Duration left = timeout.minus(spent);
                if (database.pause(pause.compareTo(left) < 0 ? pause : left, target, termination::sleep)) {
                    throw new Terminated();
                }
            }
        }
    }

    /** An attempt may wait for a silent host; SIGTERM ends it. */
    private Connection connectUnlessTerminated() throws SQLException {
        termination.interruptible(Thread.currentThread());
        try {
            return connectOnce();
        } finally {
            termination.notInterruptible();
        }
    }

    /** Tries once, with the database's settings as they are now. */
    public Connection connectOnce() throws SQLException {
        DatabaseTarget target = database.next();
        String complaint = database.takeComplaint();
        if (!complaint.isEmpty()) {
            log.warn(complaint);
        }
        Properties properties = target.jdbcProperties(applicationName);
        // Allows several statements in one message, and leaves no portal that keeps a snapshot after its result was
        // read: such a snapshot makes CREATE INDEX CONCURRENTLY wait for its own session.
        properties.setProperty("preferQueryMode", "simple");
        // Lets the driver send the application name when it connects instead of in a round trip of its own.
        properties.setProperty("assumeMinServerVersion", "9.4");
        properties.setProperty("socketFactory", KeepAliveSocketFactory.class.getName());
        properties.setProperty("socketTimeout", Long.toString(ANSWER_TIMEOUT.toSeconds()));
        Connection connection = new Driver().connect(target.jdbcUrl(), properties);
        if (connection == null) {
            throw new SQLException("the driver does not take this address", "08001");
        }
        database.settleOn(target);
        return connection;
    }

    /** From here on a statement may take as long as it needs: keepalive tells a long one from a cut network. */
    public static void allowLongStatements(Connection connection) throws SQLException {
        connection.setNetworkTimeout(Runnable::run, 0);
    }

    /** Ends {@link #allowLongStatements}; does nothing if the connection is gone. */
    public static void expectQuickAnswers(Connection connection) {
        try {
            connection.setNetworkTimeout(Runnable::run, (int) ANSWER_TIMEOUT.toMillis());
        } catch (SQLException gone) {
            // The next use of the connection will report it.
        }
    }

    public String describe() {
        return database.latest().describe();
    }

    private RunFailure unreachable(ConnectFailure reason, int tries, Duration spent, SQLException failure) {
        var details = new LinkedHashMap<String, Object>();
        details.put("database", describe());
        details.put("tries", tries);
        details.put("seconds", spent.toMillis() / 1000.0);
        reason.sqlState().ifPresent(state -> details.put("sqlState", state));
        return new RunFailure(
                reason.refusal().exitCode(),
                "cannot connect to " + describe() + ": " + reason.seen() + (tries > 1 ? " (" + tries + " tries)" : ""),
                reason.wayOut(),
                details,
                failure);
    }
}
