package dev.slipway.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import dev.slipway.certs.CertificateAuthority;
import dev.slipway.certs.Pem;
import dev.slipway.certs.ServingNames;
import dev.slipway.testkit.kubernetes.KubeApiServer;
import dev.slipway.testkit.kubernetes.Kubectl;
import dev.slipway.testkit.kubernetes.KubernetesTest;
import dev.slipway.testkit.process.Program;
import dev.slipway.testkit.process.RunningProcess;
import dev.slipway.testkit.process.Signal;
import dev.slipway.webhook.cluster.PlainKubeconfig;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/** What the jar asks of the API server for its watch, and what becomes of the webhook if it gets no answer. */
@KubernetesTest
class WatchProcessIT {
    private static final Duration GENEROUS = Duration.ofMinutes(2);
    private static final JsonMapper JSON = new JsonMapper();
    private static final ServingNames LOCALHOST = new ServingNames(List.of("localhost"), List.of("127.0.0.1"));
    private static final String NAMESPACE = "slipway-system";
    private static final String LEASES = "/apis/coordination.k8s.io/v1/namespaces/slipway-system/leases";

    @TempDir
    private Path folder;

    @BeforeEach
    void writeCertificate() throws IOException {
        var authority = CertificateAuthority.create(Duration.ofDays(1), Clock.systemUTC());
        var issued = authority.issueServing(LOCALHOST, Duration.ofHours(1), Clock.systemUTC());
        Files.writeString(folder.resolve("tls.crt"), Pem.write(issued.certificate()));
        Files.writeString(folder.resolve("tls.key"), Pem.write(issued.key()));
    }

    @Test
    void withoutTheSettingNothingIsAskedForPodsOrLeases() throws Exception {
        try (var api = new BrokenApiServer();
                RunningProcess webhook = program(api.kubeconfig(folder), "off").start()) {
            int port = managementPort(webhook);

            assertThat(get(port, "/readyz").statusCode()).isEqualTo(200);
            assertThat(get(port, "/metrics").body()).doesNotContain("slipway_webhook_watch", "slipway_migration");
            stop(webhook);

            assertThat(api.asked).containsExactly("/version");
        }
    }

    @Test
    void anApiServerThatRefusesEverythingIsNoReasonToBeUnready() throws Exception {
        try (var api = new BrokenApiServer();
                RunningProcess webhook = program(api.kubeconfig(folder), "on").start()) {
            int port = managementPort(webhook);

            await().atMost(GENEROUS)
                    .untilAsserted(() -> assertThat(get(port, "/metrics").body())
                            .containsPattern("slipway_webhook_watch_failures_total ([2-9]|1[0-9])"));

            assertThat(get(port, "/readyz").statusCode()).isEqualTo(200);
            assertThat(get(port, "/metrics").body()).contains("slipway_webhook_watch_leader 0");
            stop(webhook);
            assertThat(api.asked).containsExactly(LEASES + "/slipway-webhook-watch", "/version");
        }
    }

    @Test
    void theLeaseIsGivenUpAsSoonAsTheReplicaIsAskedToStop(KubeApiServer server) throws Exception {
        Kubectl kubectl = server.kubectl();
        String manifests = Path.of(System.getProperty("slipway.root"), "k8s").toString();
        kubectl.run("apply", "-k", manifests);
        String token = kubectl.run("create", "token", "slipway-webhook", "--namespace=" + NAMESPACE);
        Path kubeconfig = server.writeKubeconfig("slipway-webhook", token.strip());
        try (RunningProcess webhook =
                program(kubeconfig, "on").withEnv("SLIPWAY_WEBHOOK_DRAIN", "1h").start()) {
            webhook.awaitLine("watching injected pods", GENEROUS);
            assertThat(holder(kubectl)).startsWith("replica-a_");

            webhook.signal(Signal.TERM);
            await().atMost(GENEROUS).until(() -> holder(kubectl).isEmpty());

            assertThat(webhook.isAlive()).as("it drains for an hour").isTrue();
        } finally {
            kubectl.run("delete", "-k", manifests, "--ignore-not-found");
            kubectl.run("wait", "--for=delete", "namespace/" + NAMESPACE, "--timeout=60s");
        }
    }

    private static String holder(Kubectl kubectl) {
        return kubectl.run(
                "get",
                "lease",
                "slipway-webhook-watch",
                "--namespace=" + NAMESPACE,
                "-o",
                "jsonpath={.spec.holderIdentity}");
    }

    private Program program(Path kubeconfig, String watch) {
        return Program.webhook()
                .withEnv("HOSTNAME", "replica-a")
                .withEnv("KUBECONFIG", kubeconfig.toString())
                .withEnv("KUBERNETES_NAMESPACE", NAMESPACE)
                // Only its presence counts here: a cluster is there to be asked.
                .withEnv("KUBERNETES_SERVICE_HOST", "127.0.0.1")
                .withEnv("SLIPWAY_WEBHOOK_WATCH", watch)
                .withEnv(
                        "SLIPWAY_WEBHOOK_CERTIFICATE_FILE",
                        folder.resolve("tls.crt").toString())
                .withEnv("SLIPWAY_WEBHOOK_KEY_FILE", folder.resolve("tls.key").toString())
                .withEnv("SLIPWAY_WEBHOOK_LISTEN_ADDRESS", "127.0.0.1")
                .withEnv("SLIPWAY_WEBHOOK_LISTEN_PORT", "0")
                .withEnv("SLIPWAY_WEBHOOK_MANAGEMENT_PORT", "0")
                .withEnv("SLIPWAY_WEBHOOK_DRAIN", "0");
    }

    private static int managementPort(RunningProcess webhook) {
        String serving = webhook.awaitLine("\"serving\"", GENEROUS).text();
        return JSON.readTree(serving).path("managementPort").asInt();
    }

    private static HttpResponse<String> get(int port, String path) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .build();
        return HttpClient.newHttpClient().send(request, BodyHandlers.ofString());
    }

    private static void stop(RunningProcess webhook) {
        webhook.signal(Signal.TERM);
        assertThat(webhook.awaitExit(GENEROUS).exitCode()).isEqualTo(143);
    }

    /** Answers every request with 500, and remembers what was asked for. */
    private static final class BrokenApiServer implements AutoCloseable {
        private final Set<String> asked = new ConcurrentSkipListSet<>();
        private final HttpServer server;

        BrokenApiServer() throws IOException {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            server.createContext("/", exchange -> {
                asked.add(exchange.getRequestURI().getPath());
                exchange.sendResponseHeaders(500, -1);
                exchange.close();
            });
            server.start();
        }

        Path kubeconfig(Path folder) throws IOException {
            return PlainKubeconfig.write(folder, server, NAMESPACE);
        }

        @Override
        public void close() {
            server.stop(0);
        }
    }
}
