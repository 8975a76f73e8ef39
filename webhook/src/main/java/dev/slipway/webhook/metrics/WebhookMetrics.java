package dev.slipway.webhook.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Every meter of the webhook. All labels come from closed lists, so that no input can grow the number of series.
 * Thread-safe.
 */
public final class WebhookMetrics {
    /** {@code slipway_webhook_admissions_total}: admissions by endpoint, operation, outcome, reason and dry_run. */
    public static final String ADMISSIONS = "slipway.webhook.admissions";

    /** {@code slipway_webhook_admission_duration_seconds}: from the complete body to the complete answer. */
    public static final String ADMISSION_DURATION = "slipway.webhook.admission.duration";

    /** {@code slipway_webhook_requests_refused_total}: requests that got no review, by HTTP status. */
    public static final String REQUESTS_REFUSED = "slipway.webhook.requests.refused";

    /** {@code slipway_webhook_requests_in_flight}: requests whose answer is not complete. */
    public static final String REQUESTS_IN_FLIGHT = "slipway.webhook.requests.in.flight";

    /**
     * {@code slipway_webhook_certificate_expiry_seconds}: until the serving certificate expires; below 0 when it has.
     */
    public static final String CERTIFICATE_EXPIRY = "slipway.webhook.certificate.expiry";

    /** {@code slipway_webhook_certificate_reloads_total}: swaps of the serving certificate, by outcome (ok, failed). */
    public static final String CERTIFICATE_RELOADS = "slipway.webhook.certificate.reloads";

    /** {@code slipway_webhook_ready}: 1 if /readyz answers 200. */
    public static final String READY = "slipway.webhook.ready";

    /** {@code slipway_webhook_build_info}: always 1, with the version of the webhook and of Java. */
    public static final String BUILD_INFO = "slipway.webhook.build.info";

    private static final Duration[] BUCKETS = Stream.of(
                    "PT0.00025S",
                    "PT0.0005S",
                    "PT0.001S",
                    "PT0.0025S",
                    "PT0.005S",
                    "PT0.01S",
                    "PT0.025S",
                    "PT0.05S",
                    "PT0.1S",
                    "PT0.25S",
                    "PT0.5S",
                    "PT1S",
                    "PT2.5S",
                    "PT5S")
            .map(Duration::parse)
            .toArray(Duration[]::new);

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final Clock clock;

    /**
     * @param version of the webhook
     * @param clock tells how long the certificate is still valid
     */
    public WebhookMetrics(String version, Clock clock) {
        this.clock = clock;
        Gauge.builder(BUILD_INFO, () -> 1)
                .description("Always 1; the labels tell what runs")
                .tag("version", version)
                .tag("java", Runtime.version().toString())
                .register(registry);
        new JvmMemoryMetrics().bindTo(registry);
        new ProcessorMetrics().bindTo(registry);
        new UptimeMetrics().bindTo(registry);
        refused(503);
        certificateReloads("ok");
        certificateReloads("failed");
        // Such a warning is rare, and the first increment of a series that was not there before is none to Prometheus.
        admissions("validate", "update", "skipped", "opt-in-mistake", false);
        admissions("validate", "update", "valid", "opt-in-mistake", false);
    }

    /** For meters of other packages. */
    public MeterRegistry registry() {
        return registry;
    }

    /** All labels must come from closed lists. */
    public void admission(
            String endpoint, String operation, String outcome, String reason, boolean dryRun, Duration duration) {
        admissions(endpoint, operation, outcome, reason, dryRun).increment();
        Timer.builder(ADMISSION_DURATION)
                .description("Time from the complete request body to the answer")
                .tags("endpoint", endpoint, "outcome", outcome)
                .serviceLevelObjectives(BUCKETS)
                .register(registry)
                .record(duration);
    }

    /** @param status 400, 403, 408, 413, 415 or 503 */
    public void requestRefused(int status) {
        refused(status).increment();
    }

    public void certificateReloaded() {
        certificateReloads("ok").increment();
    }

    public void certificateReloadFailed() {
        certificateReloads("failed").increment();
    }

    public void observeInFlight(IntSupplier inFlight) {
        Gauge.builder(REQUESTS_IN_FLIGHT, inFlight::getAsInt)
                .description("Requests whose answer is not complete")
                .register(registry);
    }

    public void observeReady(Supplier<Boolean> ready) {
        Gauge.builder(READY, () -> ready.get() ? 1 : 0)
                .description("1 if /readyz answers 200")
                .register(registry);
    }

    /** @param expiry of the serving certificate; empty while there is none, which reads as NaN */
    public void observeCertificate(Supplier<Optional<Instant>> expiry) {
        Gauge.builder(CERTIFICATE_EXPIRY, () -> secondsUntil(expiry.get()))
                .description("Seconds until the serving certificate expires")
                .baseUnit("seconds")
                .register(registry);
    }

    /** In the text format of Prometheus. */
    public String scrape() {
        return registry.scrape();
    }

    private double secondsUntil(Optional<Instant> expiry) {
        return expiry.map(instant -> Duration.between(clock.instant(), instant).toMillis() / 1000.0)
                .orElse(Double.NaN);
    }

    private Counter admissions(String endpoint, String operation, String outcome, String reason, boolean dryRun) {
        return Counter.builder(ADMISSIONS)
                .description("Admissions by how they ended")
                .tags("endpoint", endpoint, "operation", operation, "outcome", outcome, "reason", reason)
                .tag("dry_run", Boolean.toString(dryRun))
                .register(registry);
    }

    private Counter refused(int status) {
        return Counter.builder(REQUESTS_REFUSED)
                .description("Requests that were refused before a review, by HTTP status")
                .tag("status", Integer.toString(status))
                .register(registry);
    }

    private Counter certificateReloads(String outcome) {
        return Counter.builder(CERTIFICATE_RELOADS)
                .description("Swaps of the serving certificate")
                .tag("outcome", outcome)
                .register(registry);
    }
}
