package dev.slipway.webhook.config;

/** Where the serving certificate comes from. */
public enum CertificateMode {
    /** PEM files, which another program writes and renews. */
    FILES,
    /** Signed by this replica itself, with the CA of a Secret that all replicas share. */
    MANAGED
}
