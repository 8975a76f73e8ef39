package dev.slipway.webhook.server;

import io.vertx.core.Future;

/** Obtains serving certificates, installs them in a {@link ServingCertificate}, and renews them in time. */
public interface CertificateSource {
    /**
     * Begins; from then on the source works by itself until the Vert.x instance is closed.
     *
     * @return completes when the first certificate is installed; fails, with a sentence for a person, if there will
     *     be none
     */
    Future<Void> start();
}
