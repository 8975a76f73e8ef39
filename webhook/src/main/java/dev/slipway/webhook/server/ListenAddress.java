package dev.slipway.webhook.server;

import io.vertx.core.Future;

/**
 * Where a server listens.
 *
 * @param host an address of this machine, or a wildcard
 * @param port 0 for any free one
 */
public record ListenAddress(String host, int port) {
    /** Names the port if opening it fails: the system's own message does not. */
    <T> Future<T> named(Future<T> opening) {
        return opening.recover(failure -> Future.failedFuture(new IllegalStateException(
                "port " + port + " of " + host + " cannot be opened: " + failure.getMessage(), failure)));
    }
}
