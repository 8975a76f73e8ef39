package dev.slipway.migrator.lock;

import java.time.Duration;
import java.util.Optional;

/**
 * How long a replica waits for another one: {@code timeout} from the last sign of progress. Measured by the clock,
 * never by counting attempts. Not thread-safe.
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

    /** Takes the current fingerprint of the holder; a change extends the budget. */
    public void observe(String newFingerprint, long nowNanos) {
        if (fingerprint.isPresent() && !fingerprint.get().equals(newFingerprint)) {
            lastSignNanos = nowNanos;
        }
        fingerprint = Optional.of(newFingerprint);
    }

    public boolean isSpent(long nowNanos) {
        return nowNanos - lastSignNanos >= timeoutNanos;
    }

    /** The time since the first wait, with or without progress. */
    public Duration waited(long nowNanos) {
        return Duration.ofNanos(nowNanos - startNanos);
    }

    /** The longest sleep that does not go past the end of the budget. */
    public Duration left(long nowNanos) {
        return Duration.ofNanos(Math.max(0, timeoutNanos - (nowNanos - lastSignNanos)));
    }
}
