package dev.slipway.webhook;

import dev.slipway.webhook.admission.AdmissionHandler;
import dev.slipway.webhook.admission.ReviewLimits;
import dev.slipway.webhook.certificates.CertificateSettings;
import dev.slipway.webhook.cluster.ClusterClient;
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
import dev.slipway.webhook.server.ClientCertificates;
import dev.slipway.webhook.server.Connections;
import dev.slipway.webhook.server.GuardedTransport;
import dev.slipway.webhook.server.HealthChecks;
import dev.slipway.webhook.server.ListenAddress;
import dev.slipway.webhook.server.ListenerProbe;
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
    private final Optional<ClusterClient> cluster;
    private final Clock clock;
    private final Vertx vertx;
    /** Probes and metrics have an event loop that nothing else can hold up. */
    private final Vertx probes;

    private final HealthChecks liveness = new HealthChecks();
    private final Readiness readiness = new Readiness();
    private final ServingCertificate certificate = new ServingCertificate();
    private final AtomicBoolean warm = new AtomicBoolean();
    private final AdmissionHandler handler;
    private final ClientCertificates clients;
    private final CertificateSource certificates;
    private final AdmissionServer admission;
    private final ManagementServer management;
    private volatile @Nullable MigrationWatch watch;

    /**
     * @param replica a name that no other process has
     * @param cluster of this replica's service account; empty outside of a cluster. Closed with the webhook
     * @param kubernetes the API server's version, if it is known
     */
    Webhook(
            WebhookConfig config,
            String version,
            String replica,
            Optional<ClusterClient> cluster,
            Optional<KubernetesVersion> kubernetes,
            Clock clock) {
        this.config = config;
        this.replica = replica;
        this.cluster = cluster;
        this.clock = clock;
        long heap = Runtime.getRuntime().maxMemory();
        var limits = ServerLimits.of(maxBody(), config.get(ConfigKey.MAX_CONCURRENCY), heap);
        var connections = new Connections(limits);
        this.vertx = Vertx.builder()
                .with(options(eventLoops()))
                .withTransport(new GuardedTransport(connections))
                .build();
        this.probes = Vertx.vertx(options(1));
        this.metrics = new WebhookMetrics(version, clock);
        metrics.observeCertificate(certificate::expiry);
        this.handler = new AdmissionHandler(
                new InjectionPlanner(config.injectionDefaults(version, kubernetes)),
                ReviewLimits.within(limits.reviewMemory()));
        this.clients = config.get(ConfigKey.CLIENT_CA_FILE)
                .map(file -> ClientCertificates.of(file, config.get(ConfigKey.CLIENT_NAMES)))
                .orElseGet(ClientCertificates::notAsked);
        this.certificates = certificateSource();
        this.admission = new AdmissionServer(
                vertx,
                address(ConfigKey.LISTEN_PORT),
                certificate,
                clients,
                limits,
                connections,
                handler,
                metrics,
                readiness);
        this.management =
                new ManagementServer(probes, address(ConfigKey.MANAGEMENT_PORT), metrics, liveness, readiness);
        liveness.addCheck("event loops", admission::problem);
        readiness.addCheck("warm-up", () -> warm.get() ? Optional.empty() : Optional.of("still warming up"));
        readiness.addCheck("certificate", this::certificateProblem);
    }

    /**
     * Probes are answered first, so that a slow start shows as one; the port for reviews opens with a certificate.
     *
     * @return completes when the webhook is warm and serves; fails, with a sentence for a person, if it cannot
     */
    Future<Void> start() {
        return management
                .start()
                .compose(started -> clients.start(vertx))
                .compose(started -> certificates.start())
                .compose(started -> new WarmUp(vertx, handler, certificate).run(WARM_UP))
                .compose(warmed -> admission.start(eventLoops()))
                .onSuccess(listening -> {
                    probeListener();
                    warm.set(true);
                    LOG.info("serving", Map.of("port", port(), "managementPort", managementPort()));
                    startWatch();
                    lookAfterClient();
                });
    }

    private void probeListener() {
        var listener = new ListenAddress(config.get(ConfigKey.LISTEN_ADDRESS), admission.port());
        var probe = new ListenerProbe(probes, listener, certificate);
        liveness.addCheck("listener", () -> probe.problem(ListenerProbe.DEAD));
        readiness.addCheck("listener", () -> probe.problem(ListenerProbe.DEAF));
        probe.start();
    }

    private void lookAfterClient() {
        cluster.ifPresent(client -> client.start(() -> {
            if (certificates instanceof ManagedCertificateSource managed) {
                managed.goOn();
            }
            stopWatch();
            startWatch();
        }));
    }

    /** Last, and on threads of its own: its success does not matter here. */
    private void startWatch() {
        if (config.get(ConfigKey.WATCH) == Watching.ON && !readiness.isDraining()) {
            KubernetesClient client = cluster.orElseThrow().get();
            String namespace = Objects.requireNonNullElse(client.getNamespace(), "default");
            watch = MigrationWatch.start(client, namespace, replica, clock, metrics.registry());
        }
    }

    private void stopWatch() {
        MigrationWatch started = watch;
        if (started != null) {
            started.close();
        }
    }

    /**
     * The replica first stops being ready, and another one may watch from here on; requests are still served, each as
     * the last of its connection, until no client sends new ones here; then what is in flight is finished. Blocks.
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
                .transform(closed -> vertx.close())
                .transform(closed -> probes.close());
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
            cluster.ifPresent(ClusterClient::close);
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
            ClusterClient client = cluster.orElseThrow();
            // Without answers we cannot tell whether the certificate is still the one that the API server trusts.
            readiness.addCheck("API server", client::problem);
            return new ManagedCertificateSource(
                    client, lives(client.get().getNamespace()), certificate, readiness, metrics, clock);
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

    private static VertxOptions options(int eventLoops) {
        return new VertxOptions()
                .setEventLoopPoolSize(eventLoops)
                .setWorkerPoolSize(2)
                .setFileSystemOptions(withoutTemporaryFiles());
    }

    /** The root file system is read-only. */
    private static FileSystemOptions withoutTemporaryFiles() {
        return new FileSystemOptions().setFileCachingEnabled(false).setClassPathResolvingEnabled(false);
    }
}
