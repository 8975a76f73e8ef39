package dev.slipway.webhook.config;

/** Whether the cluster mounts images as volumes. */
public enum ImageVolumes {
    /** By the version of the API server, asked once at start. */
    AUTO,
    ON,
    OFF
}
