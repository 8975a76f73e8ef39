package dev.slipway.migrator.apply;

import dev.slipway.migrator.failure.Excerpt;
import dev.slipway.migrator.failure.SqlState;
import dev.slipway.migrator.lock.Holder.Blocker;
import dev.slipway.migrator.lock.MigrationLock;
import dev.slipway.migrator.report.EventLog;
import dev.slipway.migrator.report.TimeText;
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
 * Looks at our own session from a second connection while a script is running. It reports who blocks the script before
 * the lock timeout ends the wait and hides the answer, and how far the script is, so that a long migration does not
 * look like a hung one. It connects only after the migration has been silent for a while, and only for that one query.
 *
 * <p>It also closes the connection if the session no longer exists on the server, or if the server has been out of
 * reach for so long that it must have ended the session. Otherwise the kernel would resend a statement into a cut
 * network for a quarter of an hour; keepalive does not probe while data is unacknowledged.
 *
 * <p>Thread-safe; runs one daemon thread.
 */
public final class StatementWatch implements AutoCloseable {
    /** How often a script that is still running is reported after the first look. */
    private static final Duration INTERVAL = Duration.ofSeconds(10);

    /** By then the server has also noticed that the network is cut, and has ended the session. */
    private static final Duration LONGEST_SILENCE = Duration.ofSeconds(30);

    private static final String LOOK = """
            select coalesce(state, ''), coalesce(query, ''), extract(epoch from clock_timestamp() - query_start),
              coalesce(wait_event_type || '/' || wait_event, ''), pg_blocking_pids(pid),
              (select phase || ' ' || coalesce(100 * blocks_done / nullif(blocks_total, 0), 0) || ' %'
               from pg_stat_progress_create_index p where p.pid = a.pid)
            from pg_stat_activity a where pid = ?""";

    private final Callable<Connection> connect;
    private final Connection watched;
    private final int pid;
    private final Duration firstLook;
    private final EventLog log;
    private final Thread thread;

    private @Nullable String script;
    private @Nullable String lastScript;
    private long lookAtNanos;
    /** Waking the thread for each script would take longer than some scripts run. */
    private long sleepsUntilNanos;

    private long heardNanos = System.nanoTime();
    private boolean closed;
    private Optional<String> lastBlockers = Optional.empty();

    /**
     * @param connect opens a short-lived connection; if that fails, the look is skipped
     * @param watched the connection that migrates
     * @param pid its server process
     * @param firstLook after the start of a script; shorter than the lock timeout, so that a blocker is seen
     */
    public StatementWatch(Callable<Connection> connect, Connection watched, int pid, Duration firstLook, EventLog log) {
        this.connect = connect;
        this.watched = watched;
        this.pid = pid;
        this.firstLook = firstLook;
        this.log = log;
        this.lookAtNanos = heardNanos + INTERVAL.toNanos();
        this.sleepsUntilNanos = lookAtNanos;
        this.thread = new Thread(this::watch, "statement-watch");
        thread.setDaemon(true);
        thread.start();
    }

    synchronized void begin(String newScript) {
        if (!newScript.equals(lastScript)) {
            lastBlockers = Optional.empty();
        }
        script = newScript;
        lastScript = newScript;
        heardNanos = System.nanoTime();
        lookAtNanos = heardNanos + firstLook.toNanos();
        if (sleepsUntilNanos - lookAtNanos > 0) {
            notifyAll();
        }
    }

    synchronized void end() {
        script = null;
        heardNanos = System.nanoTime();
    }

    /** The sessions last seen blocking the script, in any of its tries; empty if none was seen. */
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
            while (awaitLook()) {
                look();
            }
        } catch (InterruptedException nobodyDoes) {
            Thread.currentThread().interrupt();
        }
    }

    /** Waits until a look is due; returns false if the watch was closed. */
    private synchronized boolean awaitLook() throws InterruptedException {
        while (!closed) {
            long left = lookAtNanos - System.nanoTime();
            if (left <= 0) {
                lookAtNanos = System.nanoTime() + INTERVAL.toNanos();
                return true;
            }
            sleepsUntilNanos = lookAtNanos;
            wait(Math.max(1, left / 1_000_000));
        }
        return false;
    }

    private void look() {
        try (Connection connection = connect.call();
                PreparedStatement statement = connection.prepareStatement(LOOK)) {
            statement.setInt(1, pid);
            try (ResultSet result = statement.executeQuery()) {
                if (!result.next()) {
                    giveUp("the server no longer knows the session");
                    return;
                }
                heard();
                if (result.getString(1).startsWith("active")) {
                    report(result, MigrationLock.blockers(connection, result.getArray(5)));
                }
            }
        } catch (SQLException failure) {
            judge(failure);
        } catch (Exception noLookThisTime) {
            // Only the migration itself matters, and it continues.
        }
    }

    private synchronized void heard() {
        heardNanos = System.nanoTime();
    }

    private synchronized Duration silence() {
        return Duration.ofNanos(System.nanoTime() - heardNanos);
    }

    /**
     * A server that refuses a connection, for example because it has no free slot, is alive; one that does not answer
     * may be gone.
     */
    private void judge(SQLException failure) {
        if (!SqlState.isOutOfReach(failure)) {
            heard();
        } else if (silence().compareTo(LONGEST_SILENCE) >= 0) {
            giveUp("the server has been out of reach for " + TimeText.of(silence()));
        }
    }

    private void giveUp(String reason) {
        synchronized (this) {
            if (closed) {
                return;
            }
        }
        log.warn("giving up the connection", "reason", reason);
        try {
            watched.abort(Runnable::run);
        } catch (SQLException goneAlready) {
            // An already closed connection is fine.
        }
    }

    private void report(ResultSet result, List<Blocker> blockers) throws SQLException {
        Optional<String> who = blockers.isEmpty()
                ? Optional.empty()
                : Optional.of(blockers.stream().map(Blocker::describe).collect(Collectors.joining("; ")));
        Optional<String> current;
        synchronized (this) {
            lastBlockers = who.or(() -> lastBlockers);
            current = Optional.ofNullable(script);
        }
        log.info(
                who.isPresent() ? "blocked" : "still running",
                "script",
                current,
                "for",
                TimeText.of(Duration.ofMillis((long) (result.getDouble(3) * 1000))),
                "statement",
                Excerpt.of(result.getString(2)),
                "blockedBy",
                who,
                "progress",
                Optional.ofNullable(result.getString(6)));
    }
}
