package dev.slipway.e2e.containers;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.dockerjava.api.model.Bind;
import dev.slipway.e2e.ServingFiles;
import dev.slipway.testkit.process.ProcessResult;
import dev.slipway.testkit.process.Program;
import dev.slipway.testkit.process.RunningProcess;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.wait.strategy.Wait;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The webhook's image, hardened as the manifests harden it, in half of the memory that they allow. */
@DockerTest
class WebhookImageIT {
    private static final ContainerImage IMAGE = new ContainerImage("slipway-webhook");
    private static final int HTTPS = 8443;
    private static final int MANAGEMENT = 8081;
    private static final long MEMORY = 128L << 20;
    private static final Duration DEADLINE = Duration.ofMinutes(2);

    private static final String REVIEW = """
            {"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview", "request": {
              "uid": "705ab4f5-6393-11e8-b7cc-42010a800002", "namespace": "shop", "operation": "CREATE", "dryRun": false,
              "kind": {"group": "", "version": "v1", "kind": "Pod"},
              "resource": {"group": "", "version": "v1", "resource": "pods"},
              "userInfo": {"username": "system:serviceaccount:kube-system:replicaset-controller"},
              "object": {"apiVersion": "v1", "kind": "Pod",
                "metadata": {"name": "shop", "namespace": "shop", "annotations": {
                  "slipway.dev/migrate": "true", "slipway.dev/database-secret": "shop-database"}},
                "spec": {"containers": [{"name": "app", "image": "registry.example.com/app:1"}]}}}}
            """;

    @BeforeAll
    static void build() {
        Program build = Program.of(
                        "docker", "build", "--network=host", "--file=webhook/Dockerfile", "--tag=" + IMAGE.name(), ".")
                .withEnv(Compose.engine())
                .inFolder(Program.inSourceTree(""));
        try (RunningProcess process = build.start()) {
            ProcessResult built = process.awaitExit(Compose.BUILD);
            assertThat(built.exitCode()).as(built.text()).isZero();
        }
    }

    @Test
    void itAnswersReviewsOverTlsAndStaysWithin128MiB(@TempDir Path certificates) throws Exception {
        ServingFiles.create(readableByAll(certificates));
        readableByAll(certificates);
        try (GenericContainer<?> webhook = serving(certificates)) {
            webhook.start();
            HttpClient client = HttpClient.newBuilder()
                    .sslContext(trusting(certificates.resolve("ca.crt")))
                    .build();

            List<JsonNode> answers = Stream.generate(() -> review(client, webhook))
                    .limit(200)
                    .map(CompletableFuture::join)
                    .toList();

            assertThat(answers).allSatisfy(answer -> {
                assertThat(answer.at("/response/allowed").asBoolean()).isTrue();
                assertThat(patch(answer)).contains("slipway-migrate", "--preflight");
            });
            assertThat(metrics(webhook))
                    .containsPattern("slipway_webhook_admissions_total\\{.*outcome=\"injected\".*} 200");
            assertThat(endedByStop(webhook))
                    .as("128 + SIGTERM: neither out of memory nor killed")
                    .isEqualTo(143);
        }
    }

    @Test
    void theAheadOfTimeCacheFits() {
        IMAGE.assertThatTheAheadOfTimeCacheFits("slipway-webhook 0.1.0");
    }

    @Test
    void theImageIsNotRootAndSaysWhatItIs() {
        IMAGE.assertThatItIsNotRootAndSaysWhatItIs();
    }

    @Test
    void itsBillOfMaterialsNamesItsLibraries() {
        assertThat(IMAGE.libraries()).contains("vertx-core", "kubernetes-client", "slipway-contract");
    }

    @Test
    void thereIsNoShell() {
        IMAGE.assertThatThereIsNoShell();
    }

    private static GenericContainer<?> serving(Path certificates) {
        return IMAGE.container(Bind.parse(certificates + ":/etc/slipway/tls:ro"))
                .withCreateContainerCmdModifier(
                        command -> command.getHostConfig().withMemory(MEMORY).withMemorySwap(MEMORY))
                .withEnv("SLIPWAY_WEBHOOK_DRAIN", "1s")
                .withExposedPorts(HTTPS, MANAGEMENT)
                .waitingFor(Wait.forHttp("/readyz").forPort(MANAGEMENT).withStartupTimeout(DEADLINE));
    }

    private static CompletableFuture<JsonNode> review(HttpClient client, GenericContainer<?> webhook) {
        HttpRequest request = HttpRequest.newBuilder(
                        URI.create("https://127.0.0.1:" + webhook.getMappedPort(HTTPS) + "/mutate"))
                .header("Content-Type", "application/json")
                .timeout(DEADLINE)
                .POST(HttpRequest.BodyPublishers.ofString(REVIEW))
                .build();
        return client.sendAsync(request, BodyHandlers.ofString()).thenApply(WebhookImageIT::parse);
    }

    private static JsonNode parse(HttpResponse<String> response) {
        try {
            return new JsonMapper().readTree(response.body());
        } catch (JacksonException unreadable) {
            throw new AssertionError(response + ": " + response.body(), unreadable);
        }
    }

    private static String patch(JsonNode answer) {
        return new String(
                Base64.getDecoder().decode(answer.at("/response/patch").asString()), StandardCharsets.UTF_8);
    }

    private static String metrics(GenericContainer<?> webhook) throws IOException, InterruptedException {
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create(
                                        "http://127.0.0.1:" + webhook.getMappedPort(MANAGEMENT) + "/metrics"))
                                .build(),
                        BodyHandlers.ofString())
                .body();
    }

    private static Long endedByStop(GenericContainer<?> webhook) {
        webhook.getDockerClient()
                .stopContainerCmd(webhook.getContainerId())
                .withTimeout(60)
                .exec();
        return webhook.getCurrentContainerInfo().getState().getExitCodeLong();
    }

    /** JUnit makes the folder, and the command the key, for their own user only; the webhook runs as another one. */
    private static Path readableByAll(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
            }
        }
        return Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private static SSLContext trusting(Path authority) throws GeneralSecurityException, IOException {
        KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
        trusted.load(null, null);
        try (InputStream pem = Files.newInputStream(authority)) {
            trusted.setCertificateEntry(
                    "authority", CertificateFactory.getInstance("X.509").generateCertificate(pem));
        }
        TrustManagerFactory managers = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        managers.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, managers.getTrustManagers(), null);
        return context;
    }
}
