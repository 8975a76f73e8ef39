package dev.slipway.webhook.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.certs.Pem;
import dev.slipway.testkit.attack.Http1;
import dev.slipway.testkit.kubernetes.ClientCertificate;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A CA of our own signs for the API server as any other would: what counts is the file that names it. */
class ClientCertificatesTest {
    @TempDir
    private static Path folder;

    private static ClientCertificate controlPlane;
    private static ClientCertificate stranger;

    @BeforeAll
    static void issue() {
        controlPlane = ClientCertificate.issue(folder, "control-plane", "api-server");
        stranger = ClientCertificate.issue(folder, "stranger", "api-server");
    }

    @Test
    void onlyAClientOfThatCaIsServed() throws Exception {
        try (var server = new RunningServer(RunningServer.GENEROUS, clients(Set.of()))) {
            assertThat(answer(server, Optional.of(controlPlane))).startsWith("HTTP/1.1 200");
            assertThat(answer(server, Optional.empty()))
                    .startsWith("HTTP/1.1 403")
                    .endsWith("expected a client certificate of the API server\n");
            assertThatThrownBy(() -> answer(server, Optional.of(stranger))).isInstanceOf(IOException.class);
            assertThat(server.management("/metrics"))
                    .contains("slipway_webhook_requests_refused_total{status=\"403\"} 1.0");
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
        Path file = Files.writeString(folder.resolve("clients.crt"), Pem.write(controlPlane.authority()));
        return ClientCertificates.of(file, names);
    }

    private static String answer(RunningServer server, Optional<ClientCertificate> client) throws Exception {
        try (var socket = (SSLSocket) ClientCertificate.context(server.authority.certificate(), client)
                .getSocketFactory()
                .createSocket("localhost", server.server.port())) {
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
}
