package dev.slipway.migrator.preflight;

import dev.slipway.migrator.session.Terminated;
import dev.slipway.migrator.session.Termination;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Waits on the calling thread, by the clock, and ends early when SIGTERM arrives. */
record Deadline(Termination termination) {
    private static final long SLICE_MILLIS = 200;

    /**
     * Waits for the future and returns its result.
     *
     * @throws ExecutionException with the failure of the future
     * @throws TimeoutException when the deadline passes first
     * @throws Terminated when SIGTERM arrives first
     */
    <T> T result(Future<T> future, Duration deadline) throws ExecutionException, TimeoutException {
        var completable = future.toCompletionStage().toCompletableFuture();
        long end = System.nanoTime() + deadline.toNanos();
        while (true) {
            refuseToGoOn();
            long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
            try {
                return completable.get(Math.max(0, Math.min(left, SLICE_MILLIS)), TimeUnit.MILLISECONDS);
            } catch (TimeoutException slice) {
                if (left <= 0) {
                    throw slice;
                }
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                throw new Terminated();
            }
        }
    }

    /** @throws Terminated when SIGTERM arrives meanwhile */
    void sleep(Duration duration) {
        if (termination.sleep(duration)) {
            throw new Terminated();
        }
    }

    private void refuseToGoOn() {
        if (termination.hasBegun()) {
            throw new Terminated();
        }
    }
}
