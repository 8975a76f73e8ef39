package dev.slipway.certs;

import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.random.RandomGenerator;

/** When a certificate is replaced: at two thirds of its life, so that a third is left for whatever goes wrong. */
public final class Renewal {
    /** The part of a life over which many servers, started together, spread their renewals. */
    private static final double SPREAD = 0.1;

    private Renewal() {}

    public static Instant dueAt(X509Certificate certificate) {
        return certificate
                .getNotBefore()
                .toInstant()
                .plus(life(certificate).multipliedBy(2).dividedBy(3));
    }

    /** A moment up to a tenth of the life earlier than {@link #dueAt(X509Certificate)}, never later. */
    public static Instant dueAt(X509Certificate certificate, RandomGenerator random) {
        double earlier = life(certificate).toMillis() * SPREAD * random.nextDouble();
        return dueAt(certificate).minusMillis((long) earlier);
    }

    private static Duration life(X509Certificate certificate) {
        return Duration.between(
                certificate.getNotBefore().toInstant(),
                certificate.getNotAfter().toInstant());
    }
}
