package dev.slipway.migrator.flyway;

import dev.slipway.migrator.lock.Age;
import dev.slipway.migrator.lock.Holder.Blocker;
import dev.slipway.migrator.lock.MigrationLock;
import dev.slipway.migrator.report.EventLog;
import dev.slipway.migrator.report.Excerpt;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Looks at our own session from outside while a script is running: who blocks it, before the lock timeout ends the wait
 * and hides the answer, and how far it is, so that a long migration does not look like a hung one. It connects only when
 * a script has been running for a while, and only for the moment of the look.
 *
 * <p>Thread-safe; one daemon thread of its own.
 */
final class StatementWatch implements AutoCloseable {
    /** After the first look, how often a script that goes on is reported. */
    private static final Duration INTERVAL = Duration.ofSeconds(10);

    private static final String LOOK = """
            select coalesce(state, ''), coalesce(query, ''), extract(epoch from clock_timestamp() - query_start),
              coalesce(wait_event_type || '/' || wait_event, ''), pg_blocking_pids(pid),
              (select phase || ' ' || coalesce(100 * blocks_done / nullif(blocks_total, 0), 0) || ' %'
               from pg_stat_progress_create_index p where p.pid = a.pid)
            from pg_stat_activity a where pid = ?""";

    private final Callable<Connection> connect;
    private final int pid;
    private final Duration firstLook;
    private final EventLog log;
    private final Thread thread;

    private @Nullable String script;
    private long lookAtNanos;
    private boolean closed;
    private Optional<String> lastBlockers = Optional.empty();

    /**
     * @param connect opens a short-lived connection; where that fails, the look is skipped
     * @param pid the server process of the session that migrates
     * @param firstLook after the start of a script; shorter than the lock timeout, so that a blocker is seen
     */
    StatementWatch(Callable<Connection> connect, int pid, Duration firstLook, EventLog log) {
        this.connect = connect;
        this.pid = pid;
        this.firstLook = firstLook;
        this.log = log;
        this.thread = new Thread(this::watch, "statement-watch");
        thread.setDaemon(true);
        thread.start();
    }

    synchronized void begin(String newScript) {
        script = newScript;
        lastBlockers = Optional.empty();
        lookAtNanos = System.nanoTime() + firstLook.toNanos();
        notifyAll();
    }

    synchronized void end() {
        script = null;
    }

    /** Who blocked the script at the last look; empty where nobody did, or there was no look. */
    synchronized Optional<String> lastBlockers() {
        return lastBlockers;
    }

    @Override
    public synchronized void close() {
        closed = true;
        notifyAll();
    }

    private void watch() {
        try {
            for (Optional<String> due = awaitLook(); due.isPresent(); due = awaitLook()) {
                look(due.get());
            }
        } catch (InterruptedException nobodyDoes) {
            Thread.currentThread().interrupt();
        }
    }

    /** The script to look at, as soon as that is due; empty when the watch is closed. */
    private synchronized Optional<String> awaitLook() throws InterruptedException {
        while (!closed) {
            long left = lookAtNanos - System.nanoTime();
            if (script != null && left <= 0) {
                lookAtNanos = System.nanoTime() + INTERVAL.toNanos();
                return Optional.of(script);
            }
            if (script == null) {
                wait();
            } else {
                wait(Math.max(1, left / 1_000_000));
            }
        }
        return Optional.empty();
    }

    private void look(String current) {
        try (Connection connection = connect.call();
                PreparedStatement statement = connection.prepareStatement(LOOK)) {
            statement.setInt(1, pid);
            try (ResultSet result = statement.executeQuery()) {
                if (result.next() && result.getString(1).startsWith("active")) {
                    report(current, result, MigrationLock.blockers(connection, result.getArray(5)));
                }
            }
        } catch (Exception noLookThisTime) {
            // No free slot, say. The migration itself is what counts, and it goes on.
        }
    }

    private void report(String current, ResultSet result, List<Blocker> blockers) throws SQLException {
        Optional<String> who = blockers.isEmpty()
                ? Optional.empty()
                : Optional.of(blockers.stream().map(Blocker::describe).collect(Collectors.joining("; ")));
        synchronized (this) {
            lastBlockers = who;
        }
        log.info(
                who.isPresent() ? "blocked" : "still running",
                "script",
                current,
                "for",
                Age.of(Duration.ofMillis((long) (result.getDouble(3) * 1000))),
                "statement",
                Excerpt.of(result.getString(2)),
                "blockedBy",
                who,
                "progress",
                Optional.ofNullable(result.getString(6)));
    }
}
