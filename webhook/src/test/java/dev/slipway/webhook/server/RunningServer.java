package dev.slipway.webhook.server;

import dev.slipway.certs.CertificateAuthority;
import dev.slipway.certs.ServingNames;
import dev.slipway.contract.Problems;
import dev.slipway.webhook.admission.AdmissionHandler;
import dev.slipway.webhook.config.WebhookConfig;
import dev.slipway.webhook.injection.InjectionPlanner;
import dev.slipway.webhook.metrics.WebhookMetrics;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLSocket;

/** A real server on loopback with a CA of its own, and clients that trust only that. */
final class RunningServer implements ReviewLoad.Target, AutoCloseable {
    static final ServerLimits GENEROUS = new ServerLimits(
            1 << 20, 64, 8 << 20, 1_024, Duration.ofSeconds(60), Duration.ofSeconds(60), Duration.ofSeconds(60));

    private static final ServingNames LOCALHOST = new ServingNames(List.of("localhost"), List.of("127.0.0.1"));

    final CertificateAuthority authority = CertificateAuthority.create(Duration.ofDays(1), Clock.systemUTC());
    final ServingCertificate certificate = new ServingCertificate();
    final Readiness readiness = new Readiness();
    final WebhookMetrics metrics = new WebhookMetrics("test", Clock.systemUTC());
    final AdmissionServer server;
    final ManagementServer management;
    /** What was thrown on an event loop: a request that no handler takes care of any more. */
    final List<Throwable> unhandled = new CopyOnWriteArrayList<>();

    final HealthChecks liveness = new HealthChecks();
    final Connections connections;

    private final Vertx vertx;
    private final Vertx probes = Vertx.vertx();

    RunningServer(ServerLimits limits) {
        this(limits, ClientCertificates.notAsked());
    }

    RunningServer(ServerLimits limits, ClientCertificates clients) {
        connections = new Connections(limits);
        vertx = Vertx.builder()
                .withTransport(new GuardedTransport(connections))
                .build()
                .exceptionHandler(unhandled::add);
        issue();
        var config = WebhookConfig.fromEnv(Map.of(), new Problems());
        var handler = new AdmissionHandler(new InjectionPlanner(config.injectionDefaults("test", Optional.empty())));
        var anyPort = new ListenAddress("127.0.0.1", 0);
        server = new AdmissionServer(
                vertx,
                anyPort,
                certificate,
                clients,
                limits,
                connections,
                handler,
                metrics,
                readiness,
                (admission, duration) -> {});
        management = new ManagementServer(probes, anyPort, metrics, liveness, readiness);
        clients.start(vertx).await();
        server.start(2).await();
        management.start().await();
    }

    /** Puts a new certificate of the same CA into service. */
    void issue() {
        var issued = authority.issueServing(LOCALHOST, Duration.ofHours(1), Clock.systemUTC());
        certificate.install(issued.key(), List.of(issued.certificate()));
    }

    HttpClient client(HttpClient.Version version) {
        return Trusting.client(authority.certificate(), version);
    }

    @Override
    public HttpClient newClient() {
        return client(HttpClient.Version.HTTP_1_1);
    }

    @Override
    public HttpRequest review() {
        return review("load");
    }

    HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("https://localhost:" + server.port() + path))
                .timeout(Duration.ofSeconds(60))
                .header("content-type", "application/json");
    }

    HttpRequest review(String uid) {
        return request("/mutate")
                .POST(HttpRequest.BodyPublishers.ofString(reviewOf(uid)))
                .build();
    }

    HttpResponse<String> send(HttpRequest request) throws IOException, InterruptedException {
        return client(HttpClient.Version.HTTP_1_1).send(request, HttpResponse.BodyHandlers.ofString());
    }

    String management(String path) throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + management.port() + path))
                .build();
        var response = HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
        return response.statusCode() + " " + response.body();
    }

    SSLSocket socket(String... protocols) throws IOException {
        var socket = (SSLSocket)
                Trusting.context(authority.certificate()).getSocketFactory().createSocket("localhost", server.port());
        socket.setSoTimeout(60_000);
        if (protocols.length > 0) {
            socket.setEnabledProtocols(protocols);
        }
        socket.startHandshake();
        return socket;
    }

    static String reviewOf(String uid) {
        return """
                {"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","request":{"uid":"%s","operation":"CREATE",
                "kind":{"kind":"Pod"},"namespace":"shop","object":{"kind":"Pod","metadata":{"name":"api","annotations":
                {"slipway.dev/migrate":"true","slipway.dev/database-secret":"db"}},"spec":{"containers":[{"name":"api"}]}}}}
                """.formatted(uid);
    }

    static byte[] http1(String uid) {
        String body = reviewOf(uid);
        return ("POST /mutate HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: "
                        + body.length() + "\r\n\r\n" + body)
                .getBytes(StandardCharsets.US_ASCII);
    }

    @Override
    public void close() {
        try {
            vertx.close().await(30, TimeUnit.SECONDS);
            probes.close().await(30, TimeUnit.SECONDS);
        } catch (TimeoutException hanging) {
            throw new IllegalStateException(hanging);
        }
    }
}
