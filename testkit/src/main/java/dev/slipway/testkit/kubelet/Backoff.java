package dev.slipway.testkit.kubelet;

import java.time.Duration;

/** How long a failed container waits before it is started again: doubled each time, up to a limit. */
public record Backoff(Duration first, Duration limit) {
    /** The kubelet's own: 10 s to 5 min. */
    public static final Backoff KUBERNETES = new Backoff(Duration.ofSeconds(10), Duration.ofMinutes(5));

    /** For tests. */
    public static final Backoff QUICK = new Backoff(Duration.ofMillis(200), Duration.ofSeconds(2));

    /** @param restarts how often the container was started again before */
    Duration after(int restarts) {
        Duration doubled = first.multipliedBy(1L << Math.min(restarts, 20));
        return doubled.compareTo(limit) < 0 ? doubled : limit;
    }
}
