package dev.slipway.webhook.injection;

import java.util.Optional;

/** Where the pre-flight checks run. */
enum PreflightMode {
    /** In an init container of their own, so that {@code kubectl get pod} shows which half failed. */
    CONTAINER,
    /** In the migrating container, before it migrates. */
    INLINE,
    OFF;

    static Optional<PreflightMode> parse(String text) {
        return switch (text) {
            case "container" -> Optional.of(CONTAINER);
            case "inline" -> Optional.of(INLINE);
            case "off" -> Optional.of(OFF);
            default -> Optional.empty();
        };
    }
}
