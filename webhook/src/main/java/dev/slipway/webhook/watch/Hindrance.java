package dev.slipway.webhook.watch;

import java.util.Optional;

/**
 * Why one of our init containers does not start, as far as the status of its pod tells. The kubelet tries again by
 * itself, so a hindrance may pass.
 *
 * @param container empty if no container of the pod can start
 * @param reason the kubelet's word; empty if it gives none
 * @param seen what the kubelet says, or which of our objects may be missing; one line
 */
record Hindrance(Kind kind, String container, String reason, String seen) {
    /** In the way of a start, in the word that metrics and documentation share. */
    enum Kind {
        IMAGE("image"),
        /** A Secret, ConfigMap or key that a variable comes from is missing, or the user is not allowed. */
        CONFIGURATION("configuration"),
        CONTAINER("container"),
        /** The kubelet gives no reason in the status, it only writes an Event. */
        VOLUME("volume");

        private final String label;

        Kind(String label) {
            this.label = label;
        }

        String label() {
            return label;
        }

        /** Of a container that waits; empty if it waits for its turn, or for the next attempt. */
        static Optional<Kind> of(String reason) {
            return switch (reason) {
                case "ErrImagePull",
                        "ImagePullBackOff",
                        "InvalidImageName",
                        "ErrImageNeverPull",
                        "ImageInspectError",
                        "RegistryUnavailable",
                        "SignatureValidationFailed" -> Optional.of(IMAGE);
                case "CreateContainerConfigError" -> Optional.of(CONFIGURATION);
                case "CreateContainerError", "RunContainerError", "PreCreateHookError", "PreStartHookError" ->
                    Optional.of(CONTAINER);
                default -> Optional.empty();
            };
        }
    }
}
