package dev.slipway.webhook.certificates;

import dev.slipway.certs.CertificateBundle;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What was last read of a webhook configuration: which CAs the API server trusts when it calls us. */
sealed interface LiveConfiguration {
    /** As in {@code MutatingWebhookConfiguration slipway-webhook}. */
    String subject();

    /** Whether a leaf of this CA would be accepted by every API server that calls us because of this configuration. */
    boolean trusts(X509Certificate authority);

    /** Could not be read so far. */
    record Unknown(String subject) implements LiveConfiguration {
        @Override
        public boolean trusts(X509Certificate authority) {
            return false;
        }
    }

    /**
     * It does not exist, so the API server does not call us because of it. We do not create it: an administrator may
     * have removed it.
     */
    record Absent(String subject) implements LiveConfiguration {
        @Override
        public boolean trusts(X509Certificate authority) {
            return true;
        }
    }

    /**
     * @param bundles the {@code caBundle} of each webhook, by the webhook's name; an empty text if it has none
     * @param trusted the same, read; a webhook whose text is not a bundle is missing here
     */
    record Present(
            String subject, String resourceVersion, Map<String, String> bundles, Map<String, CertificateBundle> trusted)
            implements LiveConfiguration {
        static Present of(String subject, String resourceVersion, Map<String, String> bundles) {
            var trusted = new TreeMap<String, CertificateBundle>();
            bundles.forEach((webhook, base64) ->
                    CertificateBundle.fromBase64(base64).ifPresent(bundle -> trusted.put(webhook, bundle)));
            return new Present(subject, resourceVersion, Map.copyOf(bundles), Map.copyOf(trusted));
        }

        @Override
        public boolean trusts(X509Certificate authority) {
            return bundles.keySet().stream()
                    .allMatch(webhook -> Optional.ofNullable(trusted.get(webhook))
                            .filter(bundle -> bundle.contains(authority))
                            .isPresent());
        }
    }

    /** Whether every one of them trusts this CA. */
    static boolean allTrust(List<LiveConfiguration> live, X509Certificate authority) {
        return live.stream().allMatch(configuration -> configuration.trusts(authority));
    }

    /** Every certificate in any of their bundles, once. */
    static List<X509Certificate> everTrusted(List<LiveConfiguration> live) {
        var certificates = new ArrayList<X509Certificate>();
        for (LiveConfiguration each : live) {
            if (each instanceof Present present) {
                present.trusted().values().forEach(bundle -> certificates.addAll(bundle.certificates()));
            }
        }
        return certificates.stream().distinct().toList();
    }
}
