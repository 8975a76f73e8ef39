package dev.slipway.webhook.certificates;

import dev.slipway.certs.CaRollover;
import dev.slipway.certs.ServingNames;
import java.time.Duration;

/**
 * Names and lives of the managed certificates.
 *
 * @param namespace where the Secret lies
 * @param secretName of the Secret that holds the CA
 * @param configurationName of both the MutatingWebhookConfiguration and the ValidatingWebhookConfiguration
 * @param names under which the API server calls the webhook
 * @param caValidity how long a CA lives
 * @param rollover how long a leaf lives, and how careful a rollover is
 * @param resync how often everything is looked at without an event, in case one was lost
 */
public record CertificateSettings(
        String namespace,
        String secretName,
        String configurationName,
        ServingNames names,
        Duration caValidity,
        CaRollover rollover,
        Duration resync) {
    /** The name of Service, webhook configurations and field manager. */
    public static final String NAME = "slipway-webhook";

    private static final Duration SETTLING = Duration.ofSeconds(5);
    private static final Duration CLOCK_SKEW = Duration.ofHours(1);
    private static final Duration RESYNC = Duration.ofMinutes(1);

    /**
     * The names of the manifests: Service and configurations {@value #NAME}, Secret {@code slipway-webhook-ca}.
     *
     * @param leafValidity of each replica's serving certificate; clocks are taken to be apart by at most a 24th of it,
     *     as an hour is of a day, and never by more than an hour
     */
    public static CertificateSettings ofNamespace(String namespace, Duration caValidity, Duration leafValidity) {
        String service = NAME + "." + namespace;
        Duration skew = leafValidity.dividedBy(24);
        return new CertificateSettings(
                namespace,
                NAME + "-ca",
                NAME,
                ServingNames.ofDns(service + ".svc", service),
                caValidity,
                new CaRollover(leafValidity, SETTLING, skew.compareTo(CLOCK_SKEW) < 0 ? skew : CLOCK_SKEW),
                RESYNC);
    }

    /** The name by which the API server verifies the certificate. */
    String serverName() {
        return names.first();
    }
}
