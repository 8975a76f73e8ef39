package dev.slipway.webhook.certificates;

import dev.slipway.certs.CertificateText;
import dev.slipway.certs.ServingCertificate;
import dev.slipway.webhook.log.EventLog;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** What happens to the managed certificates, for log and metrics. Thread-safe. */
final class CertificateEvents {
    /** {@code slipway_webhook_ca_changes_total}: writes of the CA Secret by this replica, by change (see CaChange). */
    static final String CA_CHANGES = "slipway.webhook.ca.changes";

    /**
     * {@code slipway_webhook_ca_bundle_writes_total}: writes of caBundle by this replica, by reason (published,
     * restored).
     */
    static final String BUNDLE_WRITES = "slipway.webhook.ca.bundle.writes";

    /**
     * {@code slipway_webhook_certificate_looks_total}: passes that ended well; it stands still if the passes have
     * stopped.
     */
    static final String LOOKS = "slipway.webhook.certificate.looks";

    /** {@code slipway_webhook_certificate_look_failures_total}: passes that ended in an error and are tried again. */
    static final String LOOK_FAILURES = "slipway.webhook.certificate.look.failures";

    /** {@code slipway_webhook_ca_expiry_seconds}: until the newest CA expires; NaN while there is none. */
    static final String CA_EXPIRY = "slipway.webhook.ca.expiry";

    private static final EventLog LOG = new EventLog(ManagedCertificates.class);

    private final MeterRegistry meters;

    CertificateEvents(MeterRegistry meters) {
        this.meters = meters;
        for (CaChange change : CaChange.values()) {
            changes(change);
        }
        bundleWrites("published");
        bundleWrites("restored");
        looks();
        failures();
    }

    void observeAuthority(Supplier<Optional<Instant>> notAfter, Clock clock) {
        Gauge.builder(
                        CA_EXPIRY,
                        () -> notAfter.get()
                                .map(end ->
                                        Duration.between(clock.instant(), end).toMillis() / 1000.0)
                                .orElse(Double.NaN))
                .description("Seconds until the newest CA expires")
                .baseUnit("seconds")
                .register(meters);
    }

    void authoritiesWritten(CaChange change, CaSet authorities) {
        changes(change).increment();
        Map<String, Object> fields = Map.of(
                "change",
                change.label(),
                "newest",
                CertificateText.oneLine(authorities.newest().certificate()),
                "trusted",
                authorities.trusted().size());
        if (change.isRepair()) {
            LOG.warn("CA Secret repaired", fields);
        } else {
            LOG.info("CA Secret written", fields);
        }
    }

    void secretDamaged(List<String> problems) {
        LOG.warn("CA Secret damaged", Map.of("problems", problems));
    }

    /** The one in service, if any, stays. */
    void leafImpossible(String problem) {
        LOG.warn("serving certificate not signed", Map.of("problem", problem));
    }

    void leafSigned(ServingCertificate leaf) {
        LOG.info(
                "serving certificate signed",
                Map.of(
                        "serial",
                        CertificateText.serial(leaf.certificate()),
                        "issuer",
                        leaf.certificate().getIssuerX500Principal().getName(),
                        "expires",
                        leaf.notAfter().toString()));
    }

    /** @param restored whether it had been right before, so that another program must have changed it */
    void bundleWritten(String subject, List<String> webhooks, boolean restored) {
        bundleWrites(restored ? "restored" : "published").increment();
        Map<String, Object> fields = Map.of("configuration", subject, "webhooks", webhooks);
        if (restored) {
            LOG.warn("caBundle restored", fields);
        } else {
            LOG.info("caBundle published", fields);
        }
    }

    void looked() {
        looks().increment();
    }

    void lookFailed(String problem, Duration retryIn) {
        failures().increment();
        LOG.warn("certificates not checked", Map.of("problem", problem, "retryInMillis", retryIn.toMillis()));
    }

    private Counter changes(CaChange change) {
        return Counter.builder(CA_CHANGES)
                .description("Writes of the CA Secret by this replica")
                .tag("change", change.label())
                .register(meters);
    }

    private Counter bundleWrites(String reason) {
        return Counter.builder(BUNDLE_WRITES)
                .description("Writes of caBundle by this replica")
                .tag("reason", reason)
                .register(meters);
    }

    private Counter looks() {
        return Counter.builder(LOOKS)
                .description("Passes over Secret and configurations that ended well")
                .register(meters);
    }

    private Counter failures() {
        return Counter.builder(LOOK_FAILURES)
                .description("Passes over Secret and configurations that failed and are tried again")
                .register(meters);
    }
}
