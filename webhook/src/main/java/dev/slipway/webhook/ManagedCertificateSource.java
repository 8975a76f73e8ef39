package dev.slipway.webhook;

import dev.slipway.webhook.certificates.CertificateSettings;
import dev.slipway.webhook.certificates.ManagedCertificates;
import dev.slipway.webhook.cluster.ClusterClient;
import dev.slipway.webhook.metrics.WebhookMetrics;
import dev.slipway.webhook.server.CertificateSource;
import dev.slipway.webhook.server.Readiness;
import dev.slipway.webhook.server.ServingCertificate;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Passes the certificates that replicas sign for themselves to the server that presents them. */
final class ManagedCertificateSource implements CertificateSource, AutoCloseable {
    private final ClusterClient cluster;
    private final CertificateSettings settings;
    private final ServingCertificate certificate;
    private final WebhookMetrics metrics;
    private final Clock clock;
    private final Promise<Void> installed = Promise.promise();
    private volatile @Nullable ManagedCertificates managed;

    /** @param cluster of this replica's service account; closed by its owner, after this */
    ManagedCertificateSource(
            ClusterClient cluster,
            CertificateSettings settings,
            ServingCertificate certificate,
            Readiness readiness,
            WebhookMetrics metrics,
            Clock clock) {
        this.cluster = cluster;
        this.settings = settings;
        this.certificate = certificate;
        this.metrics = metrics;
        this.clock = clock;
        readiness.addCheck("caBundle", this::problem);
    }

    @Override
    public Future<Void> start() {
        managed = ManagedCertificates.start(
                cluster::get,
                settings,
                clock,
                leaf -> {
                    certificate.install(leaf.key(), List.of(leaf.certificate()));
                    if (!installed.tryComplete()) {
                        metrics.certificateReloaded();
                    }
                },
                metrics.registry());
        return installed.future();
    }

    /** After the client was replaced. */
    void goOn() {
        ManagedCertificates former = managed;
        if (former != null) {
            managed = former.successor();
        }
    }

    private Optional<String> problem() {
        ManagedCertificates started = managed;
        return started == null ? Optional.of("not started yet") : started.problem();
    }

    @Override
    public void close() {
        ManagedCertificates started = managed;
        if (started != null) {
            started.close();
        }
    }
}
