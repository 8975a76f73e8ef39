package dev.slipway.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.certs.CertificateAuthority;
import dev.slipway.certs.Pem;
import dev.slipway.certs.ServingNames;
import dev.slipway.testkit.process.ProcessResult;
import dev.slipway.testkit.process.Program;
import dev.slipway.testkit.process.RunningProcess;
import dev.slipway.testkit.process.Signal;
import dev.slipway.webhook.server.ReviewLoad;
import dev.slipway.webhook.server.Trusting;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
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
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The jar as it is shipped, in a process of its own. */
class WebhookProcessIT {
    private static final Duration GENEROUS = Duration.ofMinutes(3);
    private static final JsonMapper JSON = new JsonMapper();
    private static final ServingNames LOCALHOST = new ServingNames(List.of("localhost"), List.of("127.0.0.1"));

    @TempDir
    private Path folder;

    private final CertificateAuthority authority = CertificateAuthority.create(Duration.ofDays(1), Clock.systemUTC());

    @BeforeEach
    void writeCertificate() throws IOException {
        var issued = authority.issueServing(LOCALHOST, Duration.ofHours(1), Clock.systemUTC());
        Files.writeString(folder.resolve("tls.crt"), Pem.write(issued.certificate()));
        Files.writeString(folder.resolve("tls.key"), Pem.write(issued.key()));
    }

    @Test
    void writesOneLineForEachDecisionAndDrainsOnSigterm() throws Exception {
        try (var webhook = RunningProcess.start(program("1s"), line -> {})) {
            Ports ports = ports(webhook);
            HttpResponse<String> response = client().send(review(ports, "the-uid"), BodyHandlers.ofString());
            assertThat(response.statusCode()).isEqualTo(200);

            webhook.signal(Signal.TERM);
            ProcessResult result = webhook.awaitExit(GENEROUS);

            assertThat(result.exitCode()).isEqualTo(143);
            List<JsonNode> lines =
                    result.stdout().stream().map(WebhookProcessIT::json).toList();
            assertThat(lines)
                    .extracting(line -> line.path("message").asString())
                    .containsSubsequence("starting", "serving", "admission decided", "draining", "stopped");
            assertThat(lines)
                    .filteredOn(line -> line.path("message").asString().equals("admission decided"))
                    .singleElement()
                    .satisfies(line -> {
                        assertThat(line.path("uid").asString()).isEqualTo("the-uid");
                        assertThat(line.path("namespace").asString()).isEqualTo("shop");
                        assertThat(line.path("name").asString()).isEqualTo("api-7d4-");
                        assertThat(line.path("owner").asString()).isEqualTo("ReplicaSet/api-7d4");
                        assertThat(line.path("outcome").asString()).isEqualTo("injected");
                    });
            assertThat(result.text()).doesNotContain("hunter2").doesNotContain("PRIVATE KEY");
            assertThat(result.stderr()).isEmpty();
        }
    }

    @Test
    void everyMistakeOfTheConfigurationEndsTheProcess() {
        var program =
                program("1s").withEnv(Map.of("SLIPWAY_WEBHOOK_LISTEN_PORT", "many", "SLIPWAY_WEBHOOK_KEYFILE", "/x"));

        try (var webhook = RunningProcess.start(program, line -> {})) {
            ProcessResult result = webhook.awaitExit(GENEROUS);

            assertThat(result.exitCode()).isEqualTo(2);
            assertThat(String.join("\n", result.stderr()))
                    .startsWith("2 problems in the environment:")
                    .contains("SLIPWAY_WEBHOOK_LISTEN_PORT is 'many'; expected a number from 0 to 65535")
                    .contains("SLIPWAY_WEBHOOK_KEYFILE is unknown; did you mean SLIPWAY_WEBHOOK_KEY_FILE?");
        }
    }

    @Test
    void aMissingCertificateEndsTheProcessWithASentence() throws Exception {
        Files.delete(folder.resolve("tls.key"));

        try (var webhook = RunningProcess.start(program("1s"), line -> {})) {
            ProcessResult result = webhook.awaitExit(GENEROUS);

            assertThat(result.exitCode()).isEqualTo(1);
            assertThat(result.stderr())
                    .containsExactly("the webhook cannot start: " + folder.resolve("tls.key")
                            + " cannot be read: NoSuchFileException");
        }
    }

    @Test
    void aPortInUseIsNamed() throws Exception {
        try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                var webhook = RunningProcess.start(
                        program("1s").withEnv("SLIPWAY_WEBHOOK_LISTEN_PORT", "" + taken.getLocalPort()), line -> {})) {
            ProcessResult result = webhook.awaitExit(GENEROUS);

            assertThat(result.exitCode()).isEqualTo(1);
            assertThat(result.stderr())
                    .singleElement()
                    .asString()
                    .startsWith("the webhook cannot start: port " + taken.getLocalPort()
                            + " of 127.0.0.1 cannot be opened");
        }
    }

    @Test
    void explainNeedsNoServer() throws Exception {
        Path manifest = Files.writeString(folder.resolve("pod.yaml"), """
                kind: Pod
                metadata:
                  name: api
                  annotations: {slipway.dev/migrate: "true", slipway.dev/database-secret: db}
                spec:
                  containers: [{name: api, image: "api:1"}]
                """);

        try (var explain = RunningProcess.start(Program.webhook("explain", "-f", manifest.toString()), line -> {})) {
            ProcessResult result = explain.awaitExit(GENEROUS);

            assertThat(result.exitCode()).isZero();
            assertThat(result.text()).contains("pod api", "decision: injected (opted-in)", "+ slipway-migrate");
        }
    }

    /** As Kubernetes does it: the successor is ready first, and clients learn of the end only after it began. */
    @Test
    void replicasAreReplacedUnderLoadWithoutAFailedRequest() throws Exception {
        RunningProcess current = RunningProcess.start(program("5s"), line -> {});
        try (var load = new ReviewLoad(2, target(ports(current)))) {
            for (int replacement = 0; replacement < 2; replacement++) {
                load.awaitMore(50);
                RunningProcess successor = RunningProcess.start(program("5s"), line -> {});
                Ports ports = ports(successor);

                current.signal(Signal.TERM);
                current.awaitLine("draining", GENEROUS);
                load.awaitMore(5);
                load.sendTo(target(ports));
                assertThat(current.awaitExit(GENEROUS).exitCode()).isEqualTo(143);
                current = successor;
            }
            load.awaitMore(50);

            assertThat(load.stopAndGetFailures()).isEmpty();
        } finally {
            current.close();
        }
    }

    private Program program(String drain) {
        return Program.webhook()
                .withEnv(Map.of(
                        "SLIPWAY_WEBHOOK_LISTEN_ADDRESS",
                        "127.0.0.1",
                        "SLIPWAY_WEBHOOK_LISTEN_PORT",
                        "0",
                        "SLIPWAY_WEBHOOK_MANAGEMENT_PORT",
                        "0",
                        "SLIPWAY_WEBHOOK_CERTIFICATE_FILE",
                        folder.resolve("tls.crt").toString(),
                        "SLIPWAY_WEBHOOK_KEY_FILE",
                        folder.resolve("tls.key").toString(),
                        "SLIPWAY_WEBHOOK_DRAIN",
                        drain));
    }

    private record Ports(int admission, int management) {}

    private static Ports ports(RunningProcess webhook) {
        JsonNode line = json(webhook.awaitLine("\"serving\"", GENEROUS).text());
        return new Ports(line.path("port").asInt(), line.path("managementPort").asInt());
    }

    private HttpClient client() {
        return Trusting.client(authority.certificate(), HttpClient.Version.HTTP_1_1);
    }

    private ReviewLoad.Target target(Ports ports) {
        return new ReviewLoad.Target() {
            @Override
            public HttpClient newClient() {
                return client();
            }

            @Override
            public HttpRequest review() {
                return WebhookProcessIT.review(ports, "load");
            }
        };
    }

    private static HttpRequest review(Ports ports, String uid) {
        String body = """
                {"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","request":{"uid":"%s","operation":"CREATE",
                "kind":{"kind":"Pod"},"namespace":"shop","object":{"kind":"Pod","metadata":{"generateName":"api-7d4-",
                "ownerReferences":[{"kind":"ReplicaSet","name":"api-7d4"}],"annotations":{"slipway.dev/migrate":"true",
                "slipway.dev/database-from":"container:api"}},"spec":{"containers":[{"name":"api","env":[{"name":
                "DATABASE_URL","value":"postgres://shop:hunter2@db/shop"}]}]}}}}
                """.formatted(uid);
        return HttpRequest.newBuilder(URI.create("https://localhost:" + ports.admission() + "/mutate"))
                .timeout(GENEROUS)
                .header("content-type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
    }

    private static JsonNode json(String line) {
        try {
            return JSON.readTree(line);
        } catch (JacksonException notJson) {
            throw new AssertionError("not a JSON line: " + line, notJson);
        }
    }
}
