package dev.slipway.migrator.lock;

import java.time.Duration;
import java.util.Optional;

/**
 * How long a replica goes on waiting for another one: {@code timeout} from the last sign that the other one moves on. By
 * the clock, never by counted attempts. Not thread-safe.
 */
public final class WaitBudget {
    private final long timeoutNanos;
    private final long startNanos;
    private long lastSignNanos;
    private Optional<String> fingerprint = Optional.empty();

    /** @param nowNanos as {@link System#nanoTime} has it, here and below */
    public WaitBudget(Duration timeout, long nowNanos) {
        this.timeoutNanos = timeout.toNanos();
        this.startNanos = nowNanos;
        this.lastSignNanos = nowNanos;
    }

    /** Takes note of what the holder looks like now; another look than before extends the budget. */
    public void observe(String newFingerprint, long nowNanos) {
        if (fingerprint.isPresent() && !fingerprint.get().equals(newFingerprint)) {
            lastSignNanos = nowNanos;
        }
        fingerprint = Optional.of(newFingerprint);
    }

    public boolean isSpent(long nowNanos) {
        return nowNanos - lastSignNanos >= timeoutNanos;
    }

    /** Since the first wait, progress or not. */
    public Duration waited(long nowNanos) {
        return Duration.ofNanos(nowNanos - startNanos);
    }

    /** At most this much may be slept now without sleeping past the end. */
    public Duration left(long nowNanos) {
        return Duration.ofNanos(Math.max(0, timeoutNanos - (nowNanos - lastSignNanos)));
    }
}
