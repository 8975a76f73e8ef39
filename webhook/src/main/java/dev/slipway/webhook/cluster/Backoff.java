package dev.slipway.webhook.cluster;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/** Pauses between attempts: from about a second to about half a minute, never two replicas in step. Not thread-safe. */
public final class Backoff {
    private static final long FIRST_MILLIS = 1_000;
    private static final long LONGEST_MILLIS = 30_000;

    private long millis = FIRST_MILLIS;

    public Duration next() {
        long now = millis;
        millis = Math.min(2 * millis, LONGEST_MILLIS);
        return Duration.ofMillis(now / 2 + ThreadLocalRandom.current().nextLong(now));
    }

    public void reset() {
        millis = FIRST_MILLIS;
    }
}
