package dev.slipway.migrator.apply;

import dev.slipway.contract.Backoff;
import dev.slipway.migrator.failure.Refusal.Heals;
import java.time.Duration;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * Whether a migration that was rolled back is tried again: only after a lock timeout, a deadlock or a serialization
 * failure, and a bounded number of times. Between two tries nothing is locked, so that the traffic that queued up
 * behind the DDL can proceed. The pauses grow from at most half a second to at most six times the lock timeout; with
 * the default of 5 s the last try begins about three minutes after the first.
 */
public record LockRetry(int tries, Backoff backoff) {
    private static final int TRIES = 10;
    private static final Duration USUAL = Duration.ofSeconds(5);
    private static final Duration LONGEST_FIRST = Duration.ofMillis(500);
    /** The server ends a session that is idle for much longer. */
    private static final Duration LONGEST = Duration.ofSeconds(30);

    /** @param lockTimeout as the user gave it; zero for none */
    public static LockRetry after(Duration lockTimeout) {
        long unit = (lockTimeout.isZero() ? USUAL : lockTimeout).toMillis();
        return new LockRetry(TRIES, new Backoff(shorter(unit / 10, LONGEST_FIRST), shorter(unit * 6, LONGEST)));
    }

    private static Duration shorter(long millis, Duration other) {
        return Duration.ofMillis(Math.min(millis, other.toMillis()));
    }

    /**
     * The pause before the next try; empty if the failure is final.
     *
     * @param failures how many tries have failed, this one included
     */
    Optional<Duration> pauseAfter(Throwable failure, int failures, RandomGenerator random) {
        return failures < tries && ScriptFailure.refusal(failure).heals() == Heals.BY_ANOTHER_TRY
                ? Optional.of(backoff.pause(failures, random))
                : Optional.empty();
    }
}
