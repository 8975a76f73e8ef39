package dev.slipway.webhook.cluster;

import dev.slipway.contract.Backoff;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/** Pauses between attempts: from about a second to about half a minute, never two replicas in step. Not thread-safe. */
public final class Pauses {
    private static final Backoff STEPS = new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(30));

    private int failures;

    public Duration next() {
        return STEPS.pause(++failures, ThreadLocalRandom.current());
    }

    public void reset() {
        failures = 0;
    }
}
