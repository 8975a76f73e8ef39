package dev.slipway.webhook.certificates;

import dev.slipway.certs.CaRollover;
import dev.slipway.certs.CertificateAuthority;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** What to do with this replica's serving certificate. */
sealed interface LeafDecision {
    record Keep() implements LeafDecision {}

    /**
     * Sign a new one with this CA.
     *
     * @param settled whether every API server is sure to trust it already
     */
    record Sign(CertificateAuthority authority, boolean settled) implements LeafDecision {}

    /** There is no CA that is valid now: a clock is wrong, here or where the CA was made. */
    record Impossible(String problem) implements LeafDecision {}

    /**
     * Decides from what was read.
     *
     * @param serving what is served now
     */
    static LeafDecision decide(
            Optional<ServedLeaf> serving,
            CaSet authorities,
            List<LiveConfiguration> live,
            TrustedSince trust,
            Instant now,
            CaRollover rollover) {
        List<CertificateAuthority> usable = authorities.signers().stream()
                .filter(ca -> isValid(ca.certificate(), now))
                .toList();
        if (usable.isEmpty()) {
            return new Impossible("no CA in the Secret is valid at " + now + ": " + authorities);
        }
        CertificateAuthority newest = authorities.newest();
        boolean settled = usable.contains(newest) && trust.isSettled(newest.certificate(), now, rollover);
        if (!mustSign(serving, authorities, settled, now)) {
            return new Keep();
        }
        return settled ? new Sign(newest, true) : beforeSettled(usable, newest, live);
    }

    private static boolean mustSign(Optional<ServedLeaf> serving, CaSet authorities, boolean settled, Instant now) {
        if (serving.isEmpty() || !now.isBefore(serving.get().renewAt())) {
            return true;
        }
        Optional<X509Certificate> issuer =
                authorities.issuerOf(serving.get().leaf().certificate());
        return issuer.isEmpty()
                || (settled && !issuer.get().equals(authorities.newest().certificate()));
    }

    /** A predecessor that is trusted everywhere is safer than a newest that may not have arrived everywhere yet. */
    private static Sign beforeSettled(
            List<CertificateAuthority> usable, CertificateAuthority newest, List<LiveConfiguration> live) {
        return usable.stream()
                .filter(ca -> !ca.equals(newest) && LiveConfiguration.allTrust(live, ca.certificate()))
                .findFirst()
                .map(predecessor -> new Sign(predecessor, true))
                .orElseGet(() -> new Sign(usable.get(0), false));
    }

    private static boolean isValid(X509Certificate ca, Instant now) {
        return !now.isBefore(ca.getNotBefore().toInstant())
                && now.isBefore(ca.getNotAfter().toInstant());
    }
}
