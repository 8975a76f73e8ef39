package dev.slipway.webhook.certificates;

import dev.slipway.certs.CaRollover;
import dev.slipway.certs.CertificateAuthority;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** What to do with the Secret. */
sealed interface CaDecision {
    /** It is correct. */
    record Keep(CaSet authorities) implements CaDecision {}

    /**
     * Make a new CA and write it in front of these.
     *
     * @param replaces the version of the Secret to write against; empty: create it
     * @param formerSigners predecessors that keep their keys
     * @param predecessors certificates that stay trusted, newest first
     */
    record NewAuthority(
            Optional<String> replaces,
            List<CertificateAuthority> formerSigners,
            List<X509Certificate> predecessors,
            CaChange change)
            implements CaDecision {}

    /** Write these, which exist already. */
    record Rewrite(String replaces, CaSet authorities, CaChange change) implements CaDecision {}

    /**
     * Decides from what was read.
     *
     * @param remembered the CAs as they were when the Secret was last healthy
     */
    static CaDecision decide(
            SecretState secret,
            Optional<CaSet> remembered,
            List<LiveConfiguration> live,
            TrustedSince trust,
            Instant now,
            CaRollover rollover) {
        if (secret instanceof SecretState.Healthy healthy) {
            return decideHealthy(healthy, trust, now, rollover);
        }
        if (secret instanceof SecretState.Damaged damaged) {
            return decideDamaged(damaged, remembered, live, now);
        }
        List<X509Certificate> predecessors = predecessors(List.of(), remembered, live, now);
        return secret instanceof SecretState.Empty empty
                ? new NewAuthority(
                        Optional.of(empty.resourceVersion()), List.of(), predecessors, CaChange.FILLED_EMPTY_SECRET)
                : new NewAuthority(Optional.empty(), List.of(), predecessors, CaChange.CREATED_SECRET);
    }

    private static CaDecision decideHealthy(
            SecretState.Healthy healthy, TrustedSince trust, Instant now, CaRollover rollover) {
        CaSet authorities = healthy.authorities();
        X509Certificate newest = authorities.newest().certificate();
        if (!now.isBefore(CaRollover.nextDueAt(newest))) {
            boolean expired = !now.isBefore(authorities.newest().notAfter());
            // Expired CAs stay for now, too: if it is this clock that is wrong, the other replicas still need them.
            return new NewAuthority(
                    Optional.of(healthy.resourceVersion()),
                    authorities.signers(),
                    authorities.trusted(),
                    expired ? CaChange.REPLACED_EXPIRED : CaChange.ROLLED_OVER);
        }
        boolean mayDrop = trust.of(newest)
                .map(rollover::mayDropAt)
                .filter(moment -> !now.isBefore(moment))
                .isPresent();
        return authorities.hasPredecessors() && mayDrop
                ? new Rewrite(
                        healthy.resourceVersion(), CaSet.only(authorities.newest()), CaChange.DROPPED_PREDECESSORS)
                : new Keep(authorities);
    }

    /** Restoring what every replica still works with is harmless; only a replica without a memory makes a new CA. */
    private static CaDecision decideDamaged(
            SecretState.Damaged damaged, Optional<CaSet> remembered, List<LiveConfiguration> live, Instant now) {
        Optional<CaDecision> restored = remembered
                .filter(known -> now.isBefore(known.newest().notAfter()))
                .map(known -> new Rewrite(damaged.resourceVersion(), known, CaChange.RESTORED_DAMAGED));
        return restored.orElseGet(() -> new NewAuthority(
                Optional.of(damaged.resourceVersion()),
                List.of(),
                predecessors(damaged.salvaged(), remembered, live, now),
                CaChange.REPLACED_DAMAGED));
    }

    /**
     * The CAs whose leaves other replicas may be serving, as far as they can still be found. They go into the Secret
     * with the new CA, so that they stay trusted until they have signed again.
     */
    private static List<X509Certificate> predecessors(
            List<X509Certificate> salvaged, Optional<CaSet> remembered, List<LiveConfiguration> live, Instant now) {
        return Stream.of(
                        salvaged, remembered.map(CaSet::trusted).orElse(List.of()), LiveConfiguration.everTrusted(live))
                .flatMap(List::stream)
                .filter(CertificateAuthority::isAuthority)
                .filter(ca -> now.isBefore(ca.getNotAfter().toInstant()))
                .distinct()
                .sorted(Comparator.comparing(X509Certificate::getNotBefore).reversed())
                .toList();
    }
}
