package dev.slipway.webhook.certificates;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.slipway.testkit.kubernetes.KubeApiServer;
import dev.slipway.testkit.kubernetes.KubernetesTest;
import dev.slipway.testkit.process.Program;
import dev.slipway.testkit.process.RunningProcess;
import dev.slipway.testkit.process.Signal;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

/** The jar as the Deployment starts it, with certificates of its own, against a real API server. */
@KubernetesTest
class ManagedProcessIT {
    private static final Duration GENEROUS = Duration.ofMinutes(2);

    private final Installation installation;

    ManagedProcessIT(KubeApiServer server) {
        this.installation = new Installation(server);
    }

    @BeforeEach
    void install() {
        installation.apply();
    }

    @AfterEach
    void uninstall() {
        installation.delete();
    }

    @Test
    void becomesReadyWithACertificateOfItsOwnAndFillsEveryBundle() throws Exception {
        Program program = Program.webhook()
                .withEnv(Map.of(
                        "KUBECONFIG", installation.serviceAccount().toString(),
                        "KUBERNETES_NAMESPACE", Installation.NAMESPACE,
                        "SLIPWAY_WEBHOOK_CERTIFICATE_MODE", "managed",
                        "SLIPWAY_WEBHOOK_LISTEN_ADDRESS", "127.0.0.1",
                        "SLIPWAY_WEBHOOK_LISTEN_PORT", "0",
                        "SLIPWAY_WEBHOOK_MANAGEMENT_PORT", "0",
                        "SLIPWAY_WEBHOOK_DRAIN", "1s"));
        try (RunningProcess webhook = program.start()) {
            String serving = webhook.awaitLine("\"serving\"", GENEROUS).text();
            int port = new JsonMapper().readTree(serving).path("managementPort").asInt();

            await().atMost(GENEROUS)
                    .untilAsserted(() -> assertThat(readiness(port)).isEqualTo(200));

            assertThat(installation.caBundles().values()).isNotEmpty().doesNotContain("");
            webhook.signal(Signal.TERM);
            assertThat(webhook.awaitExit(GENEROUS).exitCode()).isEqualTo(143);
        }
    }

    private static int readiness(int port) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/readyz"))
                .build();
        return HttpClient.newHttpClient().send(request, BodyHandlers.ofString()).statusCode();
    }
}
