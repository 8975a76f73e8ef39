package dev.slipway.migrator.metrics;

import dev.slipway.contract.Setting;
import dev.slipway.contract.Settings;
import dev.slipway.migrator.report.EventLog;
import dev.slipway.migrator.report.RunReport;
import io.micrometer.core.ipc.http.HttpSender;
import io.micrometer.core.ipc.http.HttpUrlConnectionSender;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.micrometer.registry.otlp.OtlpConfig;
import io.micrometer.registry.otlp.OtlpHttpMetricsSender;
import io.micrometer.registry.otlp.OtlpMeterRegistry;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Sends the metrics of a run if the settings name a receiver. A receiver that is down, hangs or answers slowly costs at
 * most {@link #BUDGET} and a warning: metrics never affect the result of a run.
 */
public final class MetricsPush {
    /**
     * Held in a field, because a logger without a reference is collected and loses its level. It is silenced because
     * its lines are not in our format and say nothing new.
     */
    private static final Logger MICROMETER = Logger.getLogger("io.micrometer");

    /** Limits one connection attempt, and one silence of the receiver. */
    private static final Duration TIMEOUT = Duration.ofSeconds(3);

    /** Limits everything together; the process then ends even if a request is still running. */
    static final Duration BUDGET = Duration.ofSeconds(5);

    private static final HttpSender SENDER = new HttpUrlConnectionSender(TIMEOUT, TIMEOUT);

    /** The text format of Prometheus. */
    private static final String CONTENT_TYPE = "text/plain; version=0.0.4";

    private final Settings settings;
    private final String identity;
    private final EventLog log;
    private final Clock clock;

    /** @param identity of this replica: {@code namespace/pod}, or the host name outside of Kubernetes */
    public MetricsPush(Settings settings, String identity, EventLog log, Clock clock) {
        this.settings = settings;
        this.identity = identity;
        this.log = log;
        this.clock = clock;
    }

    /** Replaces what an earlier run of this replica pushed. Returns when the push is done or the budget is spent. */
    public void push(RunReport report) {
        MICROMETER.setLevel(Level.OFF);
        var pushing = new Thread(() -> pushToAll(report), "metrics");
        pushing.setDaemon(true);
        pushing.start();
        try {
            pushing.join(BUDGET.toMillis());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        if (pushing.isAlive()) {
            log.warn("cannot push metrics in time; the run ends without them", "seconds", BUDGET.toSeconds());
        }
    }

    private void pushToAll(RunReport report) {
        settings.get(Setting.PUSH_GATEWAY).ifPresent(gateway -> attempt(gateway, () -> toPushGateway(report, gateway)));
        settings.get(Setting.OTLP_ENDPOINT).ifPresent(endpoint -> attempt(endpoint, () -> toOtlp(report, endpoint)));
    }

    private interface Push {
        void run() throws Throwable; // as HttpSender declares it
    }

    private void attempt(String receiver, Push push) {
        try {
            push.run();
        } catch (Throwable failed) {
            log.warn("cannot push metrics", "to", receiver, "reason", String.valueOf(failed.getMessage()));
        }
    }

    private void toPushGateway(RunReport report, String gateway) throws Throwable {
        var registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        RunMetrics.record(report, clock, registry);
        String base = gateway.endsWith("/") ? gateway : gateway + '/';
        HttpSender.Response response = SENDER.put(base + "metrics/job/slipway" + groupingKey())
                .withContent(CONTENT_TYPE, registry.scrape())
                .send();
        if (!response.isSuccessful()) {
            log.warn("the push gateway refused the metrics", "to", gateway, "status", response.code());
        }
    }

    private void toOtlp(RunReport report, String endpoint) {
        OtlpMeterRegistry registry = OtlpMeterRegistry.builder(new Once(endpoint, resource()))
                // The registry would log a failure with its stack trace, in a format of its own.
                .metricsSender(request -> attempt(endpoint, () -> new OtlpHttpMetricsSender(SENDER).send(request)))
                .build();
        RunMetrics.record(report, clock, registry);
        // It publishes when it is closed.
        registry.close();
    }

    private String groupingKey() {
        Optional<String> namespace = settings.get(Setting.POD_NAMESPACE);
        return namespace.map(name -> "/namespace/" + encoded(name)).orElse("") + "/pod/" + encoded(pod());
    }

    private Map<String, String> resource() {
        String namespace = settings.get(Setting.POD_NAMESPACE).orElse("");
        return namespace.isEmpty()
                ? Map.of("service.name", "slipway", "k8s.pod.name", pod())
                : Map.of("service.name", "slipway", "k8s.pod.name", pod(), "k8s.namespace.name", namespace);
    }

    private String pod() {
        return settings.get(Setting.POD_NAME).orElse(identity);
    }

    private static String encoded(String segment) {
        return URLEncoder.encode(segment, StandardCharsets.UTF_8).replace("+", "%20");
    }

    /** One publication, at the close: the step only has to be longer than that takes. */
    private record Once(String endpoint, Map<String, String> resource) implements OtlpConfig {
        @Override
        public String url() {
            return endpoint;
        }

        @Override
        public Map<String, String> resourceAttributes() {
            return resource;
        }

        @Override
        public Duration step() {
            return Duration.ofHours(1);
        }

        @Override
        public @Nullable String get(String key) {
            return null;
        }
    }
}
