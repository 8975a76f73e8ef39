package dev.slipway.webhook.certificates;

import dev.slipway.certs.CertificateAuthority;
import dev.slipway.certs.CertificateBundle;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The CAs of one moment: the newest, which signs, and its predecessors, which are still trusted and may still have
 * their keys. {@code toString} has no key.
 *
 * @param signers those whose key we have, newest first; at least one
 * @param trusted every certificate that clients should trust, newest first; the newest is that of the first signer
 */
record CaSet(List<CertificateAuthority> signers, List<X509Certificate> trusted) {
    /** More predecessors mean that something is wrong; the bundle must not grow without end. */
    static final int MOST_TRUSTED = 8;

    CaSet {
        signers = List.copyOf(signers);
        trusted = List.copyOf(trusted);
        if (signers.isEmpty() || trusted.isEmpty()) {
            throw new IllegalArgumentException("no CA");
        }
        if (!signers.get(0).certificate().equals(trusted.get(0))) {
            throw new IllegalArgumentException("the newest CA has no key");
        }
    }

    static CaSet only(CertificateAuthority authority) {
        return new CaSet(List.of(authority), List.of(authority.certificate()));
    }

    /** @param predecessors newest first; beyond {@link #MOST_TRUSTED} the oldest are left out */
    static CaSet of(
            CertificateAuthority newest, List<CertificateAuthority> formerSigners, List<X509Certificate> predecessors) {
        List<X509Certificate> trusted = Stream.concat(Stream.of(newest.certificate()), predecessors.stream())
                .distinct()
                .limit(MOST_TRUSTED)
                .toList();
        var signers = new ArrayList<>(List.of(newest));
        formerSigners.stream()
                .filter(former -> trusted.contains(former.certificate()))
                .forEach(signers::add);
        return new CaSet(signers, trusted);
    }

    CertificateAuthority newest() {
        return signers.get(0);
    }

    boolean hasPredecessors() {
        return trusted.size() > 1;
    }

    CertificateBundle bundle() {
        return new CertificateBundle(trusted);
    }

    /** The CA that signed this leaf, if it is one of those that are trusted. */
    Optional<X509Certificate> issuerOf(X509Certificate leaf) {
        return trusted.stream()
                .filter(ca -> CertificateAuthority.hasSigned(ca, leaf))
                .findFirst();
    }

    @Override
    public String toString() {
        return bundle().toString();
    }
}
