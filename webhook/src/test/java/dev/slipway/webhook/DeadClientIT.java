package dev.slipway.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.slipway.contract.Problems;
import dev.slipway.testkit.kubernetes.KubeApiServer;
import dev.slipway.testkit.kubernetes.KubernetesTest;
import dev.slipway.webhook.certificates.Installation;
import dev.slipway.webhook.cluster.Cluster;
import dev.slipway.webhook.cluster.ClusterClient;
import dev.slipway.webhook.cluster.ImpatientClient;
import dev.slipway.webhook.config.WebhookConfig;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.vertx5.Vertx5HttpClient;
import io.vertx.core.internal.http.HttpClientInternal;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A running webhook whose client of a real API server dies, alone or together with the API server. */
@KubernetesTest
class DeadClientIT {
    private static final Duration SOON = Duration.ofMinutes(1);

    private final KubeApiServer server;
    private final Installation installation;
    private final HttpClient http = HttpClient.newHttpClient();
    private ClusterClient cluster;
    private Webhook webhook;

    DeadClientIT(KubeApiServer server) {
        this.server = server;
        this.installation = new Installation(server);
    }

    @BeforeEach
    void start() throws Exception {
        installation.apply();
        Path kubeconfig = installation.serviceAccount();
        server.kubectl()
                .as(kubeconfig)
                .run("config", "set-context", "--current", "--namespace=" + Installation.NAMESPACE);
        cluster = ImpatientClient.of(() -> Cluster.connect(kubeconfig));
        var problems = new Problems();
        WebhookConfig config = WebhookConfig.fromEnv(
                Map.of(
                        "SLIPWAY_WEBHOOK_CERTIFICATE_MODE", "managed",
                        "SLIPWAY_WEBHOOK_WATCH", "on",
                        "SLIPWAY_WEBHOOK_LISTEN_ADDRESS", "127.0.0.1",
                        "SLIPWAY_WEBHOOK_LISTEN_PORT", "0",
                        "SLIPWAY_WEBHOOK_MANAGEMENT_PORT", "0"),
                problems);
        assertThat(problems.isEmpty()).isTrue();
        webhook = new Webhook(config, "test", "replica", Optional.of(cluster), Optional.empty(), Clock.systemUTC());
        webhook.start().await(SOON.toSeconds(), TimeUnit.SECONDS);
        await().atMost(SOON).untilAsserted(() -> assertThat(get("/readyz")).isEqualTo("200 ok\n"));
    }

    @AfterEach
    void stop() {
        webhook.stop();
        installation.delete();
    }

    /** An error in this thread is how a client died in the field; without it every request hangs or fails. */
    @Test
    void aClientWhoseThreadHasDiedIsReplacedAndTheReplicaStaysReady() throws Exception {
        awaitMetric("slipway_webhook_watch_leader 1");
        KubernetesClient former = cluster.get();

        endClientThreads(former);

        long dead = System.nanoTime();
        while (cluster.get() == former) {
            assertThat(System.nanoTime() - dead).isLessThan(SOON.toNanos());
            assertThat(get("/readyz")).isEqualTo("200 ok\n");
            TimeUnit.MILLISECONDS.sleep(50);
        }
        long replaced = System.nanoTime();
        while (System.nanoTime() - replaced < TimeUnit.SECONDS.toNanos(3)) {
            assertThat(get("/readyz")).isEqualTo("200 ok\n");
            TimeUnit.MILLISECONDS.sleep(50);
        }
        assertThatCertificatesAreKept();
        awaitMetric("slipway_webhook_watch_leader 1");
    }

    @Test
    void aReplicaThatTheApiServerHasLeftSaysSoAndGoesOnWhenItIsBack() throws Exception {
        server.kill();
        try {
            await().atMost(SOON)
                    .untilAsserted(() -> assertThat(get("/readyz"))
                            .startsWith("503")
                            .contains("API server: the API server has not answered this replica for"));
            awaitMetric("slipway_webhook_ready 0");
            assertThat(get("/livez")).isEqualTo("200 ok\n");
        } finally {
            server.startAgain();
        }

        assertThatCertificatesAreKept();
    }

    private void awaitMetric(String line) {
        await().atMost(SOON).untilAsserted(() -> assertThat(get("/metrics")).contains(line));
    }

    /** What was taken away is noticed and put back: that needs a watch, a read and a write. */
    private void assertThatCertificatesAreKept() {
        Map<String, String> before = installation.caBundles();
        assertThat(before.values()).isNotEmpty().doesNotContain("");
        for (String configuration : Installation.CONFIGURATIONS) {
            installation.patch(configuration, "[{\"op\":\"remove\",\"path\":\"/webhooks/0/clientConfig/caBundle\"}]");
        }

        await().atMost(SOON)
                .untilAsserted(() -> assertThat(installation.caBundles()).isEqualTo(before));
        await().atMost(SOON).untilAsserted(() -> assertThat(get("/readyz")).isEqualTo("200 ok\n"));
        awaitMetric("slipway_webhook_ready 1");
    }

    private static void endClientThreads(KubernetesClient client) throws InterruptedException {
        var http = (Vertx5HttpClient<?>) client.getHttpClient();
        var vertx = ((HttpClientInternal) http.getHttpClient()).vertx();
        assertThat(vertx.nettyEventLoopGroup()
                        .shutdownGracefully(0, 0, TimeUnit.SECONDS)
                        .await(SOON.toMillis()))
                .isTrue();
    }

    private String get(String path) throws IOException, InterruptedException {
        var url = URI.create("http://127.0.0.1:" + webhook.managementPort() + path);
        var request =
                HttpRequest.newBuilder(url).timeout(Duration.ofSeconds(10)).build();
        var response = http.send(request, BodyHandlers.ofString());
        return response.statusCode() + " " + response.body();
    }
}
