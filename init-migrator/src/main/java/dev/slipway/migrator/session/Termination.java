package dev.slipway.migrator.session;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;

/**
 * SIGTERM: cancels the statement that is running in the database, and wakes the run if it sleeps, so that it rolls back
 * and ends. Thread-safe: the shutdown hook calls {@link #begin}, the run everything else.
 */
public final class Termination {
    private final CountDownLatch begun = new CountDownLatch(1);
    private final CountDownLatch runEnded = new CountDownLatch(1);
    private volatile @Nullable Connection connection;
    private @Nullable Thread waiting;

    /** The connection whose statement is cancelled; null while there is none. */
    public void watch(@Nullable Connection current) {
        connection = current;
    }

    /** Until {@link #notInterruptible}, an interrupt may end what this thread is waiting for. */
    synchronized void interruptible(Thread thread) {
        if (hasBegun()) {
            throw new Terminated();
        }
        waiting = thread;
    }

    /** Called by the thread that was {@link #interruptible}; its interrupted status is clear afterwards. */
    synchronized void notInterruptible() {
        waiting = null;
        Thread.interrupted();
    }

    private synchronized void interruptWaiting() {
        if (waiting != null) {
            waiting.interrupt();
        }
    }

    public boolean hasBegun() {
        return begun.getCount() == 0;
    }

    /** Asks the run to end, and waits for that at most this long. Returns whether it has ended. */
    public boolean begin(Duration patience) throws InterruptedException {
        begun.countDown();
        interruptWaiting();
        if (runEnded.getCount() > 0) {
            // In a thread of its own, because cancelling needs the network, which may be what is broken.
            var canceller = new Thread(this::cancelUntilTheRunEnds, "cancel");
            canceller.setDaemon(true);
            canceller.start();
        }
        return runEnded.await(patience.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Cancels repeatedly, because the run may send another statement before it checks for termination. */
    private void cancelUntilTheRunEnds() {
        try {
            do {
                cancelStatement();
            } while (!runEnded.await(250, TimeUnit.MILLISECONDS));
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void cancelStatement() {
        Connection current = connection;
        if (current != null) {
            try {
                current.unwrap(PGConnection.class).cancelQuery();
            } catch (SQLException nothingToCancel) {
                // The connection is closed already, or the server is gone: either ends the statement as well.
            }
        }
    }

    /** The run has rolled back and written its report. */
    public void runHasEnded() {
        runEnded.countDown();
    }

    /** Sleeps unless and until termination begins. Returns whether it has begun. */
    public boolean sleep(Duration duration) {
        try {
            return begun.await(duration.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return true;
        }
    }
}
