package dev.slipway.e2e.demo;

import dev.slipway.certs.CertificateAuthority;
import dev.slipway.certs.CertificateFiles;
import dev.slipway.certs.ServingNames;
import dev.slipway.contract.Problems;
import dev.slipway.testkit.process.Program;
import dev.slipway.testkit.process.RunningProcess;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** The webhook's jar as a process on loopback, with a certificate that was made for it a moment ago. */
final class WebhookProcess implements AutoCloseable {
    private static final String HOST = "127.0.0.1";
    private static final Duration DEADLINE = Duration.ofMinutes(5);
    private static final Duration VALIDITY = Duration.ofDays(1);

    private final RunningProcess process;
    private final CertificateAuthority authority;
    private final int port;
    private final int managementPort;

    private WebhookProcess(RunningProcess process, CertificateAuthority authority, int port, int managementPort) {
        this.process = process;
        this.authority = authority;
        this.port = port;
        this.managementPort = managementPort;
    }

    /** Starts it and returns at once; {@link #awaitReady} returns when it serves. */
    static WebhookProcess start(Path folder) throws IOException {
        CertificateAuthority authority = CertificateAuthority.create(VALIDITY, Clock.systemUTC());
        var files = new CertificateFiles(folder);
        files.write(authority, authority.issueServing(loopback(), VALIDITY, Clock.systemUTC()));
        int port = freePort();
        int managementPort = freePort();
        Program program = Program.webhook()
                .withEnv(Map.of(
                        "SLIPWAY_WEBHOOK_LISTEN_ADDRESS", HOST,
                        "SLIPWAY_WEBHOOK_LISTEN_PORT", "" + port,
                        "SLIPWAY_WEBHOOK_MANAGEMENT_PORT", "" + managementPort,
                        "SLIPWAY_WEBHOOK_CERTIFICATE_FILE", "" + files.file(CertificateFiles.SERVING_CERTIFICATE),
                        "SLIPWAY_WEBHOOK_KEY_FILE", "" + files.file(CertificateFiles.SERVING_KEY),
                        // What it would ask the API server, had it one.
                        "SLIPWAY_WEBHOOK_IMAGE_VOLUMES", "on",
                        "SLIPWAY_WEBHOOK_DRAIN", "0"));
        return new WebhookProcess(program.start(), authority, port, managementPort);
    }

    /** Returns when {@code /readyz} says so. */
    void awaitReady() throws InterruptedException {
        HttpClient client = HttpClient.newHttpClient();
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://" + HOST + ":" + managementPort + "/readyz"))
                .timeout(Duration.ofSeconds(5))
                .build();
        long end = System.nanoTime() + DEADLINE.toNanos();
        while (!isReady(client, request)) {
            if (!process.isAlive() || System.nanoTime() > end) {
                throw new IllegalStateException("the webhook does not get ready; it printed:\n" + process.text());
            }
            Thread.sleep(50);
        }
    }

    /** Where AdmissionReviews go. */
    URI url() {
        return URI.create("https://" + HOST + ":" + port + "/mutate");
    }

    URI metrics() {
        return URI.create("http://" + HOST + ":" + managementPort + "/metrics");
    }

    /** What {@code caBundle} would hold. */
    CertificateAuthority authority() {
        return authority;
    }

    @Override
    public void close() {
        process.close();
    }

    private static boolean isReady(HttpClient client, HttpRequest request) throws InterruptedException {
        try {
            return client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
        } catch (IOException notYet) {
            return false;
        }
    }

    private static ServingNames loopback() {
        var problems = new Problems();
        return ServingNames.parse(List.of("slipway-webhook.slipway-system.svc"), List.of(HOST), problems)
                .orElseThrow(() -> new IllegalStateException(problems.describe("the certificate's names")));
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getByAddress(new byte[] {127, 0, 0, 1}))) {
            return socket.getLocalPort();
        }
    }
}
