package dev.slipway.webhook.server;

import java.time.Duration;

/**
 * What clients may take from the server.
 *
 * @param maxBody bytes of one request body; more is answered with 413
 * @param maxConcurrency large reviews that wait for their turn; more are answered with 503
 * @param maxBuffered bytes of the bodies that wait for their turn; more are answered with 503. Half as much is held for
 *     bodies that are not whole and answers that are not read; beyond that the oldest of them give way
 * @param maxConnections at a time, those included that have not ended their handshake; beyond that the oldest idle one
 *     gives way
 * @param requestTimeout from the headers of a request to its complete answer
 * @param headerTimeout from an open connection to the headers of its first request
 * @param idleTimeout from an answer to the headers of the next request on the same connection
 * @param reviewMemory bytes that all reviews may take at a time while they are decided
 */
public record ServerLimits(
        int maxBody,
        int maxConcurrency,
        int maxBuffered,
        int maxConnections,
        Duration requestTimeout,
        Duration headerTimeout,
        Duration idleTimeout,
        long reviewMemory) {
    private static final int MEBIBYTE = 1 << 20;
    private static final int MAX_CONNECTIONS = 256;
    private static final Duration BODY_GRACE = Duration.ofSeconds(2);
    /** A control plane behind a tunnel is faster than that, and the API server waits for 5 seconds only. */
    private static final long BODY_BYTES_PER_SECOND = 1 << 20;

    ServerLimits(
            int maxBody,
            int maxConcurrency,
            int maxBuffered,
            int maxConnections,
            Duration requestTimeout,
            Duration headerTimeout,
            Duration idleTimeout) {
        this(
                maxBody,
                maxConcurrency,
                maxBuffered,
                maxConnections,
                requestTimeout,
                headerTimeout,
                idleTimeout,
                64L * MEBIBYTE);
    }

    /**
     * The API server gives up after 5 seconds, and keeps its connections for longer than 90.
     *
     * @param heap the most that the process may grow to, in bytes; what is kept for requests is a share of it
     */
    public static ServerLimits of(int maxBody, int maxConcurrency, long heap) {
        return new ServerLimits(
                maxBody,
                maxConcurrency,
                (int) Math.min(Integer.MAX_VALUE, Math.max(maxBody + MEBIBYTE, heap / 8)),
                MAX_CONNECTIONS,
                Duration.ofSeconds(10),
                Duration.ofSeconds(10),
                Duration.ofSeconds(120),
                heap * 2 / 5);
    }

    /** Bytes that are held for clients which have not sent or read everything; one whole body fits. */
    long maxHeld() {
        return Math.max(maxBody + 16 * Holdings.EACH, maxBuffered / 2);
    }

    /** How long a body may take of which so much has come. */
    Duration bodyTime(long received) {
        Duration time = BODY_GRACE.plusNanos(received * 1_000_000_000L / BODY_BYTES_PER_SECOND);
        return time.compareTo(requestTimeout) < 0 ? time : requestTimeout;
    }
}
