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
 * Looks at our own session from outside while a script is running: who blocks it, before the lock timeout ends the wait
 * and hides the answer, and how far it is, so that a long migration does not look like a hung one. It connects only when
 * nothing has been heard from the migration for a while, and only for the moment of the look.
 *
 * <p>It also gives the connection up when the server no longer knows the session, or has been out of reach for so long
 * that it has ended it: a statement that was sent into a cut network would else be sent again and again by the kernel, for
 * a quarter of an hour, and keepalive does not look while something is on its way.
 *
 * <p>Thread-safe; one daemon thread of its own.
 */
public final class StatementWatch implements AutoCloseable {
    /** After the first look, how often a script that goes on is reported. */
    private static final Duration INTERVAL = Duration.ofSeconds(10);

    /** By then the server, too, has noticed that the network is cut, and has let go of the session. */
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
    /** To wake the thread for each script would cost more than some scripts take. */
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

    /** Who blocked the script when somebody was last seen to, in whichever try; empty if nobody was. */
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

    /** Returns as soon as a look is due; false when the watch is closed. */
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
            // The migration itself is what counts, and it goes on.
        }
    }

    private synchronized void heard() {
        heardNanos = System.nanoTime();
    }

    private synchronized Duration silence() {
        return Duration.ofNanos(System.nanoTime() - heardNanos);
    }

    /** A server that refuses, because it has no free slot, say, is there; one that is not reached may be gone. */
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
            // That is what was wanted.
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
