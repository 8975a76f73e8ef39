package dev.slipway.webhook.server;

import java.time.Duration;

/**
 * What a client may take from the server.
 *
 * @param maxBody bytes of one request body; more is answered with 413
 * @param maxConcurrency requests at a time, those included whose body is still on its way; more are answered with 503
 * @param maxBuffered bytes of all request bodies at a time; more are answered with 503
 * @param maxConnections of one event loop; more are closed at once
 * @param requestTimeout from the headers of a request to its complete answer
 * @param headerTimeout from an open connection to the headers of its first request
 * @param idleTimeout from an answer to the headers of the next request on the same connection
 */
public record ServerLimits(
        int maxBody,
        int maxConcurrency,
        int maxBuffered,
        int maxConnections,
        Duration requestTimeout,
        Duration headerTimeout,
        Duration idleTimeout) {

    /** The API server gives up after 5 seconds, and keeps its connections for longer than 90. */
    public static ServerLimits of(int maxBody, int maxConcurrency) {
        return new ServerLimits(
                maxBody,
                maxConcurrency,
                Math.max(4 * maxBody, 8 * 1024 * 1024),
                512,
                Duration.ofSeconds(10),
                Duration.ofSeconds(10),
                Duration.ofSeconds(120));
    }
}
