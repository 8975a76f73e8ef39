package dev.slipway.webhook;

import dev.slipway.webhook.admission.AdmissionHandler;
import dev.slipway.webhook.certificates.CertificateSettings;
import dev.slipway.webhook.config.CertificateMode;
import dev.slipway.webhook.config.ConfigKey;
import dev.slipway.webhook.config.KubernetesVersion;
import dev.slipway.webhook.config.Watching;
import dev.slipway.webhook.config.WebhookConfig;
import dev.slipway.webhook.injection.InjectionPlanner;
import dev.slipway.webhook.log.EventLog;
import dev.slipway.webhook.metrics.WebhookMetrics;
import dev.slipway.webhook.server.AdmissionServer;
import dev.slipway.webhook.server.CertificateFiles;
import dev.slipway.webhook.server.CertificateSource;
import dev.slipway.webhook.server.ListenAddress;
import dev.slipway.webhook.server.ManagementServer;
import dev.slipway.webhook.server.Readiness;
import dev.slipway.webhook.server.ServerLimits;
import dev.slipway.webhook.server.ServingCertificate;
import dev.slipway.webhook.server.WarmUp;
import dev.slipway.webhook.watch.MigrationWatch;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** A running webhook: what is made, in which order it starts, and in which order it stops. */
final class Webhook {
    private static final EventLog LOG = new EventLog(Webhook.class);
    private static final Duration CERTIFICATE_INTERVAL = Duration.ofSeconds(2);
    private static final Duration WARM_UP = Duration.ofSeconds(3);
    /** The API server gives a webhook 5 seconds. */
    private static final Duration LAST_REQUESTS = Duration.ofSeconds(5);

    private final WebhookConfig config;
    private final String replica;
    private final WebhookMetrics metrics;
    private final Optional<KubernetesClient> client;
    private final Clock clock;
    private final Vertx vertx;
    private final Readiness readiness = new Readiness();
    private final ServingCertificate certificate = new ServingCertificate();
    private final AtomicBoolean warm = new AtomicBoolean();
    private final AdmissionHandler handler;
    private final CertificateSource certificates;
    private final AdmissionServer admission;
    private final ManagementServer management;
    private volatile @Nullable MigrationWatch watch;

    /**
     * @param replica a name that no other process has
     * @param client of this replica's service account; empty outside of a cluster. Closed with the webhook
     * @param kubernetes the API server's version, where it is known
     */
    Webhook(
            WebhookConfig config,
            String version,
            String replica,
            Optional<KubernetesClient> client,
            Optional<KubernetesVersion> kubernetes,
            Clock clock) {
        this.config = config;
        this.replica = replica;
        this.client = client;
        this.clock = clock;
        this.vertx = Vertx.vertx(new VertxOptions()
                .setEventLoopPoolSize(eventLoops())
                .setWorkerPoolSize(2)
                .setFileSystemOptions(withoutTemporaryFiles()));
        this.metrics = new WebhookMetrics(version, clock);
        metrics.observeCertificate(certificate::expiry);
        this.handler = new AdmissionHandler(new InjectionPlanner(config.injectionDefaults(version, kubernetes)));
        this.certificates = certificateSource();
        this.admission = new AdmissionServer(
                vertx,
                address(ConfigKey.LISTEN_PORT),
                certificate,
                ServerLimits.of(maxBody(), config.get(ConfigKey.MAX_CONCURRENCY)),
                handler,
                metrics,
                readiness);
        this.management = new ManagementServer(vertx, address(ConfigKey.MANAGEMENT_PORT), metrics, readiness);
        readiness.addCheck("warm-up", () -> warm.get() ? Optional.empty() : Optional.of("still warming up"));
        readiness.addCheck("certificate", this::certificateProblem);
    }

    /**
     * Probes are answered first, so that a slow start is seen as one; the port for reviews opens with a certificate.
     *
     * @return completes when the webhook is warm and serves; fails, with a sentence for a person, where it cannot
     */
    Future<Void> start() {
        return management
                .start()
                .compose(started -> certificates.start())
                .compose(started -> new WarmUp(vertx, handler, certificate).run(WARM_UP))
                .compose(warmed -> admission.start(eventLoops()))
                .onSuccess(listening -> {
                    warm.set(true);
                    LOG.info("serving", Map.of("port", port(), "managementPort", managementPort()));
                    startWatch();
                });
    }

    /** Last, and on threads of its own: whether it comes to anything is nobody's concern here. */
    private void startWatch() {
        if (config.get(ConfigKey.WATCH) == Watching.ON) {
            KubernetesClient cluster = client.orElseThrow();
            String namespace = Objects.requireNonNullElse(cluster.getNamespace(), "default");
            watch = MigrationWatch.start(cluster, namespace, replica, clock, metrics.registry());
        }
    }

    private void stopWatch() {
        MigrationWatch started = watch;
        if (started != null) {
            started.close();
        }
    }

    /**
     * Readiness goes first, and another replica may watch from here on; requests are served on, each as the last of its
     * connection, until nobody sends new ones here; then what is in flight is finished. Blocks.
     */
    void drainAndStop() throws InterruptedException {
        readiness.drain();
        Duration drain = config.get(ConfigKey.DRAIN);
        LOG.info("draining", Map.of("seconds", drain.toSeconds()));
        stopWatch();
        TimeUnit.MILLISECONDS.sleep(drain.toMillis());
        stop();
    }

    /** Finishes what is in flight and releases everything. Blocks. */
    void stop() {
        Future<Void> stopped = admission
                .stop(LAST_REQUESTS)
                .transform(closed -> management.stop(Duration.ZERO))
                .transform(closed -> vertx.close());
        try {
            stopped.await(2 * LAST_REQUESTS.toSeconds(), TimeUnit.SECONDS);
            LOG.info("stopped", Map.of());
        } catch (TimeoutException hanging) {
            LOG.warn("stopped with connections open", Map.of());
        } finally {
            stopWatch();
            if (certificates instanceof ManagedCertificateSource managed) {
                managed.close();
            }
            client.ifPresent(KubernetesClient::close);
        }
    }

    int port() {
        return admission.port();
    }

    int managementPort() {
        return management.port();
    }

    private CertificateSource certificateSource() {
        if (config.get(ConfigKey.CERTIFICATE_MODE) == CertificateMode.MANAGED) {
            KubernetesClient cluster = client.orElseThrow();
            return new ManagedCertificateSource(
                    cluster, lives(cluster.getNamespace()), certificate, readiness, metrics, clock);
        }
        return new CertificateFiles(
                vertx,
                config.get(ConfigKey.CERTIFICATE_FILE),
                config.get(ConfigKey.KEY_FILE),
                CERTIFICATE_INTERVAL,
                certificate,
                metrics);
    }

    private CertificateSettings lives(String namespace) {
        return CertificateSettings.ofNamespace(
                namespace, config.get(ConfigKey.CA_VALIDITY), config.get(ConfigKey.CERTIFICATE_VALIDITY));
    }

    private Optional<String> certificateProblem() {
        Instant now = clock.instant();
        return certificate
                .leaf()
                .map(leaf -> {
                    boolean valid = !now.isBefore(leaf.getNotBefore().toInstant())
                            && now.isBefore(leaf.getNotAfter().toInstant());
                    return valid
                            ? Optional.<String>empty()
                            : Optional.of("the serving certificate is valid from "
                                    + leaf.getNotBefore().toInstant() + " to "
                                    + leaf.getNotAfter().toInstant());
                })
                .orElse(Optional.of("there is no serving certificate"));
    }

    private ListenAddress address(ConfigKey<Integer> port) {
        return new ListenAddress(config.get(ConfigKey.LISTEN_ADDRESS), config.get(port));
    }

    private int maxBody() {
        return config.get(ConfigKey.MAX_BODY).amount().intValue();
    }

    /** A review costs a fraction of a millisecond; more loops would only cost memory. */
    private static int eventLoops() {
        return Math.max(1, Math.min(4, Runtime.getRuntime().availableProcessors()));
    }

    /** The root file system is read-only. */
    private static FileSystemOptions withoutTemporaryFiles() {
        return new FileSystemOptions().setFileCachingEnabled(false).setClassPathResolvingEnabled(false);
    }
}
