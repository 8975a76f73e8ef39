package dev.slipway.webhook.config;

/** Whether injected pods are followed. */
public enum Watching {
    OFF,
    ON
}
