package dev.slipway.migrator.lock;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * How long to sleep between two looks. Nobody tells a replica how many others wait, so each watches how crowded the
 * server is when it looks: crowded, it doubles its interval, or makes it as long as the crowd is large; quiet, it
 * shortens it a little. This is the additive increase, multiplicative decrease of congestion control, applied to the rate
 * of looks, and it keeps the number of connections about constant whether 5 or 500 replicas wait. Jitter keeps replicas
 * that started together apart.
 *
 * <p>Not thread-safe.
 */
public final class PollInterval {
    static final Duration SHORTEST = Duration.ofMillis(200);
    static final Duration LONGEST = Duration.ofSeconds(10);

    /** Sessions of ours beside the holder that a look may find without calling the server crowded. */
    private static final int CROWD = 3;

    private final RandomGenerator random;
    private long millis = SHORTEST.toMillis();

    public PollInterval(RandomGenerator random) {
        this.random = random;
    }

    /** @param others other sessions of ours that the look found, the holder included */
    public void looked(int others) {
        if (others > CROWD + 1) {
            // At the start of a crowd nobody has an interval yet; to double it would take four looks to the right one.
            long least = SHORTEST.toMillis() * others / CROWD;
            millis = Math.min(LONGEST.toMillis(), Math.max(least, millis * 2));
        } else {
            millis = Math.max(SHORTEST.toMillis(), millis - SHORTEST.toMillis() / 2);
        }
    }

    /** The next sleep: the interval, up to a half longer or shorter. */
    public Duration next() {
        return Duration.ofMillis(millis / 2 + random.nextLong(millis + 1));
    }
}
