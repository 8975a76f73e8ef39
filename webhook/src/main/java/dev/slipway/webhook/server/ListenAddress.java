package dev.slipway.webhook.server;

/**
 * Where a server listens.
 *
 * @param host an address of this machine, or a wildcard
 * @param port 0 for any free one
 */
public record ListenAddress(String host, int port) {}
