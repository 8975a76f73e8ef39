package dev.slipway.webhook.certificates;

import dev.slipway.certs.CaRollover;
import dev.slipway.certs.CertificateAuthority;
import dev.slipway.certs.CertificateBundle;
import dev.slipway.certs.ServingCertificate;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** CAs, leaves and configurations at chosen moments, with the lives of the default settings. */
final class Fixtures {
    static final CertificateSettings SETTINGS =
            CertificateSettings.ofNamespace("slipway-system", Duration.ofDays(365), Duration.ofHours(24));
    static final CaRollover ROLLOVER = SETTINGS.rollover();
    static final String SERVER_NAME = "slipway-webhook.slipway-system.svc";
    static final Duration DAY = Duration.ofDays(1);
    static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");

    private Fixtures() {}

    static Clock at(Instant instant) {
        return Clock.fixed(instant, ZoneOffset.UTC);
    }

    static CertificateAuthority authorityMadeAt(Instant instant) {
        return CertificateAuthority.create(SETTINGS.caValidity(), at(instant));
    }

    /** The last has no predecessors; the keys of all are there. */
    static CaSet authorities(CertificateAuthority... newestFirst) {
        List<CertificateAuthority> all = Arrays.asList(newestFirst);
        return new CaSet(
                all, all.stream().map(CertificateAuthority::certificate).toList());
    }

    static ServedLeaf servingOf(CertificateAuthority authority, Instant signedAt) {
        ServingCertificate leaf = authority.issueServing(SETTINGS.names(), ROLLOVER.leafValidity(), at(signedAt));
        return new ServedLeaf(leaf, signedAt.plus(Duration.ofHours(16)), true);
    }

    /** A configuration with two webhooks that trust exactly these. */
    static LiveConfiguration trusting(CertificateAuthority... authorities) {
        X509Certificate[] certificates = Arrays.stream(authorities)
                .map(CertificateAuthority::certificate)
                .toArray(X509Certificate[]::new);
        String caBundle = CertificateBundle.of(certificates).toBase64();
        return configuration(Map.of("one.slipway.dev", caBundle, "two.slipway.dev", caBundle));
    }

    static LiveConfiguration configuration(Map<String, String> bundles) {
        return LiveConfiguration.Present.of("MutatingWebhookConfiguration slipway-webhook", "7", bundles);
    }

    static LiveConfiguration wiped() {
        var bundles = new LinkedHashMap<String, String>();
        bundles.put("one.slipway.dev", "");
        bundles.put("two.slipway.dev", "");
        return configuration(bundles);
    }
}
