package dev.slipway.migrator.lock;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * How long to sleep between two looks. A replica cannot know how many others are waiting, so it checks how crowded the
 * server is at each look: if it is crowded, the interval doubles, or grows with the size of the crowd; if it is quiet,
 * the interval becomes a little shorter. This is the additive increase, multiplicative decrease of congestion control,
 * applied to the rate of looks, and it keeps the number of connections about constant whether 5 or 500 replicas wait.
 * Jitter keeps replicas that started together apart.
 *
 * <p>Not thread-safe.
 */
public final class PollInterval {
    static final Duration SHORTEST = Duration.ofMillis(200);
    static final Duration LONGEST = Duration.ofSeconds(10);

    /** Up to this many sessions of ours besides the holder, the server does not count as crowded. */
    private static final int CROWD = 3;

    private final RandomGenerator random;
    private long millis = SHORTEST.toMillis();

    public PollInterval(RandomGenerator random) {
        this.random = random;
    }

    /** @param others other sessions of ours that the look found, the holder included */
    public void looked(int others) {
        if (others > CROWD + 1) {
            // At the start of a crowd all intervals are short, and doubling would take four looks.
            long least = SHORTEST.toMillis() * others / CROWD;
            millis = Math.min(LONGEST.toMillis(), Math.max(least, millis * 2));
        } else {
            millis = Math.max(SHORTEST.toMillis(), millis - SHORTEST.toMillis() / 2);
        }
    }

    /** The next sleep: the interval, up to half longer or shorter. */
    public Duration next() {
        return Duration.ofMillis(millis / 2 + random.nextLong(millis + 1));
    }
}
