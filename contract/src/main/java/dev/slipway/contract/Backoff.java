package dev.slipway.contract;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * Exponential backoff with jitter: each pause is up to half longer or shorter than a step, which doubles up to a
 * maximum. Immutable; the caller counts.
 *
 * @param first the step before the second try
 * @param longest the step never grows beyond it
 */
public record Backoff(Duration first, Duration longest) {
    /** @param failures how many tries have failed so far, from 1 */
    public Duration pause(int failures, RandomGenerator random) {
        int doublings = Math.min(Math.max(failures - 1, 0), 30);
        long step = Math.min(first.toMillis() << doublings, longest.toMillis());
        return Duration.ofMillis(step / 2 + random.nextLong(step + 1));
    }
}
