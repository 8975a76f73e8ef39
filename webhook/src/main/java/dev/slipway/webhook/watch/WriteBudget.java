package dev.slipway.webhook.watch;

import java.time.Duration;
import java.time.Instant;

/** Twenty Events at once, then one every fifteen seconds. Not thread-safe. */
final class WriteBudget {
    static final int BURST = 20;
    static final Duration INTERVAL = Duration.ofSeconds(15);

    private int left = BURST;
    private Instant filledAt;

    WriteBudget(Instant now) {
        this.filledAt = now;
    }

    /** Whether one more may be written now. */
    boolean take(Instant now) {
        long intervals = Math.max(0, Duration.between(filledAt, now).dividedBy(INTERVAL));
        if (intervals > 0) {
            left = (int) Math.min(BURST, left + intervals);
            filledAt = filledAt.plus(INTERVAL.multipliedBy(intervals));
        }
        if (left == 0) {
            return false;
        }
        left--;
        return true;
    }
}
