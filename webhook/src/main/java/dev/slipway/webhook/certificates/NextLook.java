package dev.slipway.webhook.certificates;

import dev.slipway.certs.CaRollover;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Optional;
import java.util.stream.Stream;

/** When to look again without an event. */
final class NextLook {
    private NextLook() {}

    /** The first moment at which a decision can turn out differently, or the regular look if that comes first. */
    static Instant at(
            CaSet authorities,
            Optional<ServedLeaf> serving,
            TrustedSince trust,
            Instant now,
            CertificateSettings settings) {
        CaRollover rollover = settings.rollover();
        X509Certificate newest = authorities.newest().certificate();
        Optional<Instant> trusted = trust.of(newest);
        return Stream.of(
                        Optional.of(CaRollover.nextDueAt(newest)),
                        serving.map(ServedLeaf::renewAt),
                        trusted.map(rollover::maySignAt),
                        trusted.map(rollover::mayDropAt))
                .flatMap(Optional::stream)
                .filter(moment -> moment.isAfter(now))
                .reduce(now.plus(settings.resync()), NextLook::earlier);
    }

    private static Instant earlier(Instant one, Instant other) {
        return one.isBefore(other) ? one : other;
    }
}
