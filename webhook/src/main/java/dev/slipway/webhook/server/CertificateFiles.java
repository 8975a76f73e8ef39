package dev.slipway.webhook.server;

import dev.slipway.certs.Pem;
import dev.slipway.contract.Problems;
import dev.slipway.webhook.log.EventLog;
import dev.slipway.webhook.metrics.WebhookMetrics;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Keeps the serving certificate equal to a pair of PEM files, as cert-manager, a mounted Secret or a person may write
 * them. The content is compared, because the timestamps of a mounted Secret say nothing. A broken or half-written pair
 * leaves the last good one in service and is tried again until it is good.
 */
public final class CertificateFiles implements CertificateSource {
    private static final EventLog LOG = new EventLog(CertificateFiles.class);

    private final Vertx vertx;
    private final Path certificateFile;
    private final Path keyFile;
    private final Duration interval;
    private final ServingCertificate serving;
    private final WebhookMetrics metrics;
    private Optional<Content> inService = Optional.empty();
    private String reported = "";

    private record Content(String certificate, String key) {
        @Override
        public String toString() {
            return "a certificate and its key";
        }
    }

    /** @param interval between two looks at the files */
    public CertificateFiles(
            Vertx vertx,
            Path certificateFile,
            Path keyFile,
            Duration interval,
            ServingCertificate serving,
            WebhookMetrics metrics) {
        this.vertx = vertx;
        this.certificateFile = certificateFile;
        this.keyFile = keyFile;
        this.interval = interval;
        this.serving = serving;
        this.metrics = metrics;
    }

    /** Fails if a file is missing or broken; later on, that would leave the pair in service. */
    @Override
    public Future<Void> start() {
        Future<Void> loaded = vertx.executeBlocking(() -> {
            install(read());
            return null;
        });
        return loaded.onSuccess(first -> vertx.setPeriodic(
                interval.toMillis(),
                timer -> vertx.executeBlocking(() -> {
                    reloadIfChanged();
                    return null;
                })));
    }

    private synchronized void reloadIfChanged() {
        try {
            Content content = read();
            if (!inService.equals(Optional.of(content))) {
                install(content);
                reported = "";
                metrics.certificateReloaded();
                String expires = serving.expiry().map(Instant::toString).orElse("");
                LOG.info("certificate reloaded", Map.of("file", certificateFile.toString(), "expires", expires));
            }
        } catch (IOException | IllegalArgumentException broken) {
            reportOnce(String.valueOf(broken.getMessage()));
        }
    }

    private void reportOnce(String problem) {
        if (!problem.equals(reported)) {
            reported = problem;
            metrics.certificateReloadFailed();
            LOG.warn("certificate not reloaded, the one in service stays", Map.of("problem", problem));
        }
    }

    private Content read() throws IOException {
        return new Content(read(certificateFile), read(keyFile));
    }

    private static String read(Path file) throws IOException {
        try {
            return Files.readString(file);
        } catch (IOException unreadable) {
            throw new IOException(
                    file + " cannot be read: " + unreadable.getClass().getSimpleName(), unreadable);
        }
    }

    private synchronized void install(Content content) {
        var problems = new Problems();
        List<X509Certificate> chain = Pem.certificates(content.certificate(), certificateFile.toString(), problems);
        Optional<PrivateKey> key = Pem.privateKey(content.key(), keyFile.toString(), problems);
        if (!problems.isEmpty() || key.isEmpty()) {
            throw new IllegalArgumentException(problems.describe("the certificate files"));
        }
        serving.install(key.get(), chain);
        inService = Optional.of(content);
    }
}
