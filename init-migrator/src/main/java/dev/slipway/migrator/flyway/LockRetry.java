package dev.slipway.migrator.flyway;

import dev.slipway.migrator.session.Backoff;
import dev.slipway.migrator.session.SqlState;
import java.time.Duration;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * Whether a migration that was rolled back is tried again: only after a lock timeout, a deadlock or a serialization
 * failure, and a bounded number of times. Between two tries nothing is locked, so that the traffic that queued up behind
 * the DDL flows off. With the defaults the last try begins about three minutes after the first.
 */
record LockRetry(int tries, Backoff backoff) {
    static final LockRetry DEFAULT = new LockRetry(10, new Backoff(Duration.ofMillis(500), Duration.ofSeconds(30)));

    /**
     * The pause before the next try; empty where the failure is final.
     *
     * @param failures how many tries have failed, this one included
     */
    Optional<Duration> pauseAfter(Throwable failure, int failures, RandomGenerator random) {
        return failures < tries && SqlState.isWorthAnotherTry(failure)
                ? Optional.of(backoff.pause(failures, random))
                : Optional.empty();
    }
}
