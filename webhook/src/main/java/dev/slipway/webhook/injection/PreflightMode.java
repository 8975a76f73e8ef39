package dev.slipway.webhook.injection;

import java.util.Optional;

/** Where the pre-flight checks run. */
public enum PreflightMode {
    /**
     * In the migrating container, if a migration is pending: a container of its own costs every start about as much as
     * the migrator.
     */
    INLINE,
    /** In an init container of their own, so that {@code kubectl get pod} shows which half failed. */
    CONTAINER,
    OFF;

    /** What the migrator gets beside its verb, to make the checks itself. */
    static final String FLAG = "--preflight";

    public static Optional<PreflightMode> parse(String text) {
        return switch (text) {
            case "inline" -> Optional.of(INLINE);
            case "container" -> Optional.of(CONTAINER);
            case "off" -> Optional.of(OFF);
            default -> Optional.empty();
        };
    }
}
