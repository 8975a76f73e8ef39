package dev.slipway.webhook.server;

import dev.slipway.webhook.log.EventLog;
import dev.slipway.webhook.metrics.WebhookMetrics;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.PemKeyCertOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import javax.net.ssl.KeyManager;
import javax.net.ssl.X509KeyManager;

/**
 * Keeps the serving certificate equal to a pair of PEM files, as cert-manager, a mounted Secret or a person writes them.
 * The content is compared, because the timestamps of a mounted Secret tell nothing. A broken or half-written pair leaves
 * the last good one in service and is tried again until it is good.
 */
public final class CertificateFiles implements CertificateSource {
    private static final EventLog LOG = new EventLog(CertificateFiles.class);

    private final Vertx vertx;
    private final Path certificateFile;
    private final Path keyFile;
    private final Duration interval;
    private final ServingCertificate serving;
    private final WebhookMetrics metrics;
    private Content inService = Content.NONE;
    private Content refused = Content.NONE;

    /** Equal where both files have the same bytes. */
    private record Content(Buffer certificate, Buffer key) {
        static final Content NONE = new Content(Buffer.buffer(), Buffer.buffer());
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
        this.interval = interval;
        this.certificateFile = certificateFile;
        this.keyFile = keyFile;
        this.serving = serving;
        this.metrics = metrics;
    }

    /** Fails where a file is missing or broken; later on, that would leave the pair in service. */
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
        Content content = Content.NONE;
        try {
            content = read();
            if (!content.equals(inService)) {
                install(content);
                metrics.certificateReloaded();
                LOG.info("certificate reloaded", Map.of("file", certificateFile.toString(), "expires", expiry()));
            }
        } catch (IOException | RuntimeException broken) {
            reportOnce(content, broken);
        }
    }

    private void reportOnce(Content content, Exception broken) {
        if (!content.equals(refused) || content.equals(Content.NONE)) {
            refused = content;
            metrics.certificateReloadFailed();
            LOG.warn(
                    "certificate not reloaded, the one in service stays",
                    Map.of("file", certificateFile.toString(), "problem", String.valueOf(broken.getMessage())));
        }
    }

    private Content read() throws IOException {
        return new Content(readFile(certificateFile), readFile(keyFile));
    }

    private static Buffer readFile(Path file) throws IOException {
        try {
            return Buffer.buffer(Files.readAllBytes(file));
        } catch (IOException unreadable) {
            throw new IOException(
                    file + " cannot be read: " + unreadable.getClass().getSimpleName(), unreadable);
        }
    }

    private synchronized void install(Content content) {
        X509KeyManager pair = parse(content);
        String alias = pair.getServerAliases("RSA", null) != null
                ? pair.getServerAliases("RSA", null)[0]
                : pair.getServerAliases("EC", null)[0];
        PrivateKey key = pair.getPrivateKey(alias);
        List<X509Certificate> chain = Arrays.asList(pair.getCertificateChain(alias));
        serving.install(key, chain);
        inService = content;
    }

    /** Vert.x reads every form that openssl and cert-manager write: PKCS#8, PKCS#1 and SEC 1. */
    private X509KeyManager parse(Content content) {
        try {
            KeyManager[] managers = new PemKeyCertOptions()
                    .setCertValue(content.certificate())
                    .setKeyValue(content.key())
                    .getKeyManagerFactory(vertx)
                    .getKeyManagers();
            return (X509KeyManager) managers[0];
        } catch (Exception unreadable) {
            throw new IllegalArgumentException(
                    certificateFile + " and " + keyFile + " are no pair of PEM files: " + unreadable.getMessage(),
                    unreadable);
        }
    }

    private String expiry() {
        return serving.expiry().map(Object::toString).orElse("never");
    }
}
