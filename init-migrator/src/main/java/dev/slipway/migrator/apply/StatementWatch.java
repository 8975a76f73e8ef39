package dev.slipway.migrator.apply;

import dev.slipway.migrator.failure.Excerpt;
import dev.slipway.migrator.failure.SqlState;
import dev.slipway.migrator.lock.Holder.Blocker;
import dev.slipway.migrator.lock.MigrationLock;
import dev.slipway.migrator.report.EventLog;
import dev.slipway.migrator.report.TimeText;
import java.sql.Connection;
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

    /** The same on a terminal, where a report writes over the last one. */
    private static final Duration SHOWN_INTERVAL = Duration.ofSeconds(2);

    /** By then the server has also noticed that the network is cut, and has ended the session. */
    private static final Duration LONGEST_SILENCE = Duration.ofSeconds(30);

    private final Callable<Connection> connect;
    private final Connection watched;
    private final int pid;
    private final Duration firstLook;
    private final EventLog log;
    private final Thread thread;

    private final Duration interval;

    private String number = "";
    private @Nullable String script;
    private @Nullable String lastScript;
    private long lookAtNanos;
    /** Waking the thread for each script would take longer than some scripts run. */
    private long sleepsUntilNanos;

    private long heardNanos = System.nanoTime();
    private boolean closed;
    private Optional<String> lastBlockers = Optional.empty();
    /** Seen and used by the thread of the watch only. */
    private Optional<String> reportedBlockers = Optional.empty();

    private Optional<PhaseProgress> beginOfPhase = Optional.empty();

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
        this.interval = log.rewrites() ? SHOWN_INTERVAL : INTERVAL;
        this.lookAtNanos = heardNanos + INTERVAL.toNanos();
        this.sleepsUntilNanos = lookAtNanos;
        this.thread = new Thread(this::watch, "statement-watch");
        thread.setDaemon(true);
        thread.start();
    }

    /** @param newNumber of the script and how many there are, as in "3/12" */
    synchronized void begin(String newScript, String newNumber) {
        number = newNumber;
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
                lookAtNanos = System.nanoTime() + interval.toNanos();
                return true;
            }
            sleepsUntilNanos = lookAtNanos;
            wait(Math.max(1, left / 1_000_000));
        }
        return false;
    }

    private void look() {
        try (Connection connection = connect.call()) {
            Optional<RunningStatement.Look> look = RunningStatement.look(connection, pid);
            if (look.isEmpty()) {
                giveUp("the server no longer knows the session");
                return;
            }
            heard();
            if (look.get().statement().active()) {
                report(
                        look.get().statement(),
                        MigrationLock.blockers(connection, look.get().blockers()));
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

    private void report(RunningStatement statement, List<Blocker> blockers) {
        Optional<String> who = blockers.isEmpty()
                ? Optional.empty()
                : Optional.of(blockers.stream().map(Blocker::describe).collect(Collectors.joining("; ")));
        Optional<String> name;
        Optional<String> position;
        synchronized (this) {
            lastBlockers = who.or(() -> lastBlockers);
            name = Optional.ofNullable(script);
            position = name.map(each -> number);
        }
        Optional<PhaseProgress> progress = statement.progress();
        if (!(progress.isPresent() && beginOfPhase.isPresent() && progress.get().isSamePhaseAs(beginOfPhase.get()))) {
            beginOfPhase = progress;
        }
        Optional<Duration> left = progress.flatMap(each -> each.left(beginOfPhase.orElse(each)));
        Optional<String> phase = progress.map(each -> each.describe(left));
        boolean shown = log.rewrites() && who.equals(reportedBlockers);
        reportedBlockers = who;
        if (shown) {
            log.progress(position.map(each -> each + " ").orElse("")
                    + name.map(each -> each + "  ").orElse("") + TimeText.of(statement.elapsed())
                    + statement.table().map(each -> " on " + each.describe()).orElse("") + "  "
                    + who.map(each -> "blocked by " + each).or(() -> phase).orElse("running") + "  "
                    + Excerpt.of(statement.query()));
            return;
        }
        log(who, name, position, statement, phase, left);
    }

    /** Programs get numbers, people words. */
    private void log(
            Optional<String> who,
            Optional<String> name,
            Optional<String> position,
            RunningStatement statement,
            Optional<String> phase,
            Optional<Duration> left) {
        boolean json = log.isJson();
        Optional<RunningTable> table = statement.table();
        log.info(
                who.isPresent() ? "blocked" : "still running",
                "script",
                name,
                "number",
                position,
                "for",
                TimeText.of(statement.elapsed()),
                "statement",
                Excerpt.of(statement.query()),
                "table",
                table.map(each -> json ? each.name() : each.describe()),
                "tableBytes",
                table.filter(each -> json && each.bytes() > 0).map(RunningTable::bytes),
                "tableRows",
                table.filter(each -> json && each.rows() > 0).map(RunningTable::rows),
                "blockedBy",
                who,
                "progress",
                phase,
                "percent",
                json ? statement.progress().flatMap(PhaseProgress::percent) : Optional.empty(),
                "secondsLeft",
                json ? left.map(Duration::toSeconds) : Optional.empty());
    }
}
