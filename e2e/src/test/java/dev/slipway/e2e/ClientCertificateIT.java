package dev.slipway.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.slipway.certs.CertificateBundle;
import dev.slipway.certs.Pem;
import dev.slipway.e2e.cluster.Installation;
import dev.slipway.testkit.attack.Http1;
import dev.slipway.testkit.kubernetes.ClientCertificate;
import dev.slipway.testkit.kubernetes.KubeApiServer;
import dev.slipway.testkit.kubernetes.Kubectl;
import dev.slipway.testkit.kubernetes.KubernetesTest;
import dev.slipway.testkit.kubernetes.OwnControlPlane;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.readiness.Readiness;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/**
 * The overlay "client-certificate", beside an API server that has its certificate by the two files of docs/security.md. The
 * last test takes the certificate away from it, so they run in order.
 */
@KubernetesTest
@OwnControlPlane("it starts the API server with a flag of its own")
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ClientCertificateIT {
    private static final String NAMESPACE = "client-certificate";
    private static final Duration DEADLINE = Duration.ofMinutes(2);
    /** After which a replica is not ready any more if its own port does not answer, see docs/webhook.md. */
    private static final Duration DEAF = Duration.ofSeconds(12);

    private static final Duration PROBE = Duration.ofSeconds(4);

    private static KubeApiServer server;
    private static boolean hasCertificate;
    private static ClientCertificate certificate;
    private static ClientCertificate stranger;
    private static Installation slipway;
    private static Kubectl kubectl;

    @BeforeAll
    static void install(KubeApiServer shared, @TempDir Path folder) throws IOException {
        server = shared;
        kubectl = server.kubectl();
        certificate = ClientCertificate.issue(folder, "control-plane", "kube-apiserver");
        stranger = ClientCertificate.issue(folder, "stranger", "kube-apiserver");
        server.kill();
        server.startAgain("--admission-control-config-file=" + writeConfiguration(folder));
        hasCertificate = true;
        server.createNamespace(NAMESPACE);
        kubectl.run("create", "namespace", "slipway-system");
        kubectl.run(
                "create",
                "configmap",
                "slipway-webhook-client-ca",
                "--namespace=slipway-system",
                "--from-file="
                        + Files.writeString(folder.resolve("client-ca.crt"), Pem.write(certificate.authority())));
        slipway = Installation.start(server, Manifests.overlay("client-certificate"), Map.of());
    }

    @AfterAll
    static void uninstall() {
        if (hasCertificate) {
            startWithoutCertificate();
        }
        kubectl.run("delete", "namespace", NAMESPACE, "--wait=false");
        slipway.close();
    }

    private static void startWithoutCertificate() {
        server.kill();
        server.startAgain();
        hasCertificate = false;
    }

    /** The files as documented, but in this folder. */
    private static Path writeConfiguration(Path folder) throws IOException {
        Files.writeString(folder.resolve("slipway-client.crt"), Pem.write(certificate.certificate()));
        Files.writeString(folder.resolve("slipway-client.key"), Pem.write(certificate.key()));
        String document = Files.readString(Manifests.ROOT.resolveSibling("docs/security.md"))
                .replace("/etc/kubernetes/pki", folder.toString())
                .replace("/etc/kubernetes", folder.toString());
        Files.writeString(folder.resolve("webhooks.kubeconfig"), block(document, "kind: Config\n"));
        return Files.writeString(folder.resolve("admission.yaml"), block(document, "kind: AdmissionConfiguration\n"));
    }

    private static String block(String document, String content) {
        return Pattern.compile("```yaml\n(.*?)```", Pattern.DOTALL)
                .matcher(document)
                .results()
                .map(found -> found.group(1))
                .filter(text -> text.contains(content))
                .findFirst()
                .orElseThrow();
    }

    @Test
    @Order(1)
    void theApiServerIsServedByBothWebhooks() {
        assertThat(tryCreate().getSpec().getInitContainers()).isNotEmpty();
        Kubectl.Result refused = kubectl.tryRunWith(
                Workloads.of("Deployment", "mistaken", NAMESPACE, Map.of(Pods.MIGRATE, "yes")),
                "apply",
                "--dry-run=server",
                "-f",
                "-");
        assertThat(refused.text()).contains("workloads.slipway.dev");
    }

    @Test
    @Order(2)
    void othersGetNoAnswer() throws IOException {
        for (Pod replica : replicas()) {
            assertThat(post(replica, Optional.of(certificate)))
                    .as("it is let in, and has sent no review")
                    .startsWith("HTTP/1.1 400");
            assertThat(post(replica, Optional.empty()))
                    .startsWith("HTTP/1.1 403")
                    .endsWith("expected a client certificate of the API server\n");
            assertThatThrownBy(() -> post(replica, Optional.of(stranger))).isInstanceOf(IOException.class);
        }
    }

    /** The webhook's own question to its port has no certificate either. */
    @Test
    @Order(3)
    void probesNeedNone() {
        await().atMost(DEADLINE)
                .until(() -> replicas().stream()
                        .map(pod -> Instant.parse(pod.getStatus().getStartTime()))
                        .allMatch(started -> started.plus(DEAF).plus(PROBE).isBefore(Instant.now())));

        assertThat(replicas()).hasSize(2).allMatch(Readiness::isPodReady);
    }

    @Test
    @Order(4)
    void anApiServerWithoutItsCertificateIsRefused() {
        startWithoutCertificate();

        assertThatThrownBy(ClientCertificateIT::tryCreate)
                .hasMessageContaining("failed calling webhook \"pods.slipway.dev\"")
                .hasMessageContaining("expected a client certificate of the API server");
    }

    private static Pod tryCreate() {
        return slipway.client()
                .resource(Pods.annotated(
                        Pods.plain(NAMESPACE, "opted-in"),
                        Map.of(Pods.MIGRATE, "true", "slipway.dev/database-secret", "shop-database")))
                .dryRun()
                .create();
    }

    private static List<Pod> replicas() {
        return slipway.client().pods().inNamespace("slipway-system").list().getItems();
    }

    private static String post(Pod replica, Optional<ClientCertificate> shown) throws IOException {
        String bundle = kubectl.run(
                "get",
                "mutatingwebhookconfiguration",
                "slipway-webhook",
                "-o",
                "jsonpath={.webhooks[0].clientConfig.caBundle}");
        var trusted = CertificateBundle.fromBase64(bundle)
                .orElseThrow()
                .certificates()
                .get(0);
        try (var socket = (SSLSocket) ClientCertificate.context(trusted, shown)
                .getSocketFactory()
                .createSocket(replica.getStatus().getPodIP(), 8443)) {
            socket.setSoTimeout(30_000);
            socket.getOutputStream()
                    .write(("POST /mutate HTTP/1.1\r\nHost: webhook\r\nContent-Type: application/json\r\n"
                                    + "Content-Length: 2\r\n\r\n{}")
                            .getBytes(StandardCharsets.US_ASCII));
            String answer = Http1.readResponse(socket.getInputStream());
            if (answer.isEmpty()) {
                throw new IOException("closed without an answer");
            }
            return answer;
        }
    }
}
