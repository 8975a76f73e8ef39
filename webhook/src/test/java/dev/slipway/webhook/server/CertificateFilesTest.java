package dev.slipway.webhook.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.certs.CertificateAuthority;
import dev.slipway.certs.Pem;
import dev.slipway.certs.ServingNames;
import dev.slipway.webhook.metrics.WebhookMetrics;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CertificateFilesTest {
    @TempDir
    private Path folder;

    private final Vertx vertx = Vertx.vertx();
    private final ServingCertificate serving = new ServingCertificate();
    private final WebhookMetrics metrics = new WebhookMetrics("test", Clock.systemUTC());
    private final CertificateAuthority authority = CertificateAuthority.create(Duration.ofDays(1), Clock.systemUTC());

    @AfterEach
    void close() {
        vertx.close().await();
    }

    @Test
    void aNewPairIsPutIntoService() throws Exception {
        X509Certificate first = write();
        files().start().await();
        assertThat(serving.leaf()).hasValue(first);

        X509Certificate second = write();

        awaitLeaf(second);
        assertThat(metrics.scrape()).contains("slipway_webhook_certificate_reloads_total{outcome=\"ok\"} 1.0");
    }

    /** The kubelet swaps a link to the whole folder; the files keep their names and may keep their time. */
    @Test
    void aFolderSwappedByItsLinkIsSeen() throws Exception {
        Path older = Files.createDirectory(folder.resolve("older"));
        Path newer = Files.createDirectory(folder.resolve("newer"));
        write(older);
        X509Certificate second = write(newer);
        Path data = folder.resolve("data");
        Files.createSymbolicLink(data, older);
        files(data).start().await();

        Path next = folder.resolve("next");
        Files.createSymbolicLink(next, newer);
        Files.move(next, data, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);

        awaitLeaf(second);
    }

    @Test
    void keepsServingTheOldPairWhileTheNewOneIsBrokenOrHalfWritten() throws Exception {
        X509Certificate first = write();
        files().start().await();

        Files.writeString(folder.resolve("tls.crt"), "-----BEGIN CERTIFICATE-----\nbroken\n");
        awaitFailures(1);
        assertThat(serving.leaf()).hasValue(first);
        var second = issue();
        double before = failures();
        Files.writeString(folder.resolve("tls.crt"), Pem.write(second.certificate()));
        awaitFailures(before + 1);
        assertThat(serving.leaf()).hasValue(first);

        Files.writeString(folder.resolve("tls.key"), Pem.write(second.key()));

        awaitLeaf(second.certificate());
    }

    @Test
    void aMissingFileIsNamed() {
        assertThatThrownBy(() -> files().start().await())
                .hasMessage(folder.resolve("tls.crt") + " cannot be read: NoSuchFileException");
    }

    @Test
    void aKeyOfAnotherCertificateIsRefused() throws Exception {
        write();
        String otherKey = Files.readString(folder.resolve("tls.key"));
        write();
        Files.writeString(folder.resolve("tls.key"), otherKey);

        assertThatThrownBy(() -> files().start().await()).hasMessage("the certificate does not belong to the key");
    }

    @Test
    void thePrivateKeyAppearsInNoMessage() throws Exception {
        write();
        String key = Files.readString(folder.resolve("tls.key"));
        Files.writeString(folder.resolve("tls.key"), key.replace("END PRIVATE KEY", "END OF IT"));

        assertThatThrownBy(() -> files().start().await())
                .hasMessageContaining("tls.key")
                .message()
                .doesNotContain(key.lines().skip(1).findFirst().orElseThrow());
    }

    private CertificateFiles files() {
        return files(folder);
    }

    private CertificateFiles files(Path from) {
        return new CertificateFiles(
                vertx, from.resolve("tls.crt"), from.resolve("tls.key"), Duration.ofMillis(20), serving, metrics);
    }

    private X509Certificate write() throws IOException {
        return write(folder);
    }

    private X509Certificate write(Path to) throws IOException {
        var issued = issue();
        Files.writeString(to.resolve("tls.crt"), Pem.write(issued.certificate()));
        Files.writeString(to.resolve("tls.key"), Pem.write(issued.key()));
        return issued.certificate();
    }

    private dev.slipway.certs.ServingCertificate issue() {
        return authority.issueServing(ServingNames.ofDns("localhost"), Duration.ofHours(1), Clock.systemUTC());
    }

    private void awaitLeaf(X509Certificate expected) throws InterruptedException {
        long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        while (!serving.leaf().equals(Optional.of(expected))) {
            assertThat(System.nanoTime()).as("deadline").isLessThan(deadline);
            Thread.sleep(10);
        }
    }

    private void awaitFailures(double least) throws InterruptedException {
        long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        while (failures() < least) {
            assertThat(System.nanoTime()).as("deadline").isLessThan(deadline);
            Thread.sleep(10);
        }
    }

    private double failures() {
        return metrics.registry()
                .get(WebhookMetrics.CERTIFICATE_RELOADS)
                .tag("outcome", "failed")
                .counter()
                .count();
    }
}
