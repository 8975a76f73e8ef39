package dev.slipway.webhook.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.certs.CertificateAuthority;
import dev.slipway.certs.Pem;
import dev.slipway.certs.ServingNames;
import dev.slipway.testkit.attack.Http1;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A CA of our own signs for the API server as any other would: what counts is the file that names it. */
class ClientCertificatesTest {
    private static final char[] PASSWORD = "changeit".toCharArray();

    @TempDir
    private static Path folder;

    private static KeyStore controlPlane;
    private static KeyStore stranger;

    @BeforeAll
    static void issue() throws Exception {
        controlPlane = issue("control-plane");
        var authority = CertificateAuthority.create(Duration.ofDays(1), Clock.systemUTC());
        var issued = authority.issueServing(
                new ServingNames(List.of("api-server"), List.of()), Duration.ofHours(1), Clock.systemUTC());
        stranger = KeyStore.getInstance(KeyStore.getDefaultType());
        stranger.load(null, null);
        stranger.setKeyEntry("client", issued.key(), PASSWORD, new Certificate[] {issued.certificate()});
    }

    /** Our own library signs for servers only, so the JDK's tool makes a CA and a certificate for a client. */
    private static KeyStore issue(String name) throws Exception {
        Path file = folder.resolve(name + ".p12");
        keytool(file, "ca", "CN=ca", "-ext", "bc:c");
        keytool(file, "client", "CN=api-server,O=system:masters", "-ext", "eku=clientAuth", "-signer", "ca");
        return KeyStore.getInstance(file.toFile(), PASSWORD);
    }

    private static void keytool(Path store, String alias, String name, String... more) throws Exception {
        var command = new ArrayList<String>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-keystore",
                store.toString(),
                "-storepass",
                new String(PASSWORD),
                "-alias",
                alias,
                "-keyalg",
                "EC",
                "-validity",
                "1",
                "-dname",
                name));
        command.addAll(List.of(more));
        Process tool = new ProcessBuilder(command).inheritIO().start();
        assertThat(tool.waitFor()).isZero();
    }

    @Test
    void onlyAClientOfThatCaIsServed() throws Exception {
        try (var server = new RunningServer(RunningServer.GENEROUS, clients(Set.of()))) {
            assertThat(answer(server, Optional.of(controlPlane))).startsWith("HTTP/1.1 200");
            assertThat(answer(server, Optional.empty()))
                    .startsWith("HTTP/1.1 403")
                    .endsWith("expected a client certificate of the API server\n");
            // A client keeps a certificate to itself that the server would not take.
            assertThat(answer(server, Optional.of(stranger))).startsWith("HTTP/1.1 403");
            assertThat(server.management("/metrics"))
                    .contains("slipway_webhook_requests_refused_total{status=\"403\"} 2.0");
        }
    }

    @Test
    void aNameIsCheckedWhereOneIsGiven() throws Exception {
        try (var server = new RunningServer(RunningServer.GENEROUS, clients(Set.of("kube-apiserver")))) {
            assertThat(answer(server, Optional.of(controlPlane))).startsWith("HTTP/1.1 403");
        }
        try (var server = new RunningServer(RunningServer.GENEROUS, clients(Set.of("api-server")))) {
            assertThat(answer(server, Optional.of(controlPlane))).startsWith("HTTP/1.1 200");
        }
    }

    @Test
    void aFileWithoutCertificatesIsToldAtTheStart() throws Exception {
        Path file = Files.writeString(folder.resolve("broken.crt"), "nothing");
        var clients = ClientCertificates.of(file, Set.of());

        assertThatThrownBy(() -> new RunningServer(RunningServer.GENEROUS, clients))
                .hasMessageContaining(file.toString());
    }

    private static ClientCertificates clients(Set<String> names) throws Exception {
        Path file = Files.writeString(
                folder.resolve("clients.crt"), Pem.write((X509Certificate) controlPlane.getCertificate("ca")));
        return ClientCertificates.of(file, names);
    }

    private static String answer(RunningServer server, Optional<KeyStore> client) throws Exception {
        try (var socket = (SSLSocket)
                context(server, client).getSocketFactory().createSocket("localhost", server.server.port())) {
            socket.setSoTimeout(30_000);
            socket.startHandshake();
            socket.getOutputStream().write(RunningServer.http1("client"));
            String answer = Http1.readResponse(socket.getInputStream());
            if (answer.isEmpty()) {
                throw new IOException("closed without an answer");
            }
            return answer;
        }
    }

    private static SSLContext context(RunningServer server, Optional<KeyStore> client) throws Exception {
        var context = SSLContext.getInstance("TLS");
        var trusted = KeyStore.getInstance(KeyStore.getDefaultType());
        trusted.load(null, null);
        trusted.setCertificateEntry("server", server.authority.certificate());
        var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        var own = KeyStore.getInstance(KeyStore.getDefaultType());
        own.load(null, null);
        if (client.isPresent()) {
            own.setKeyEntry(
                    "client",
                    client.get().getKey("client", PASSWORD),
                    PASSWORD,
                    client.get().getCertificateChain("client"));
        }
        var keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(own, PASSWORD);
        context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
        return context;
    }
}
