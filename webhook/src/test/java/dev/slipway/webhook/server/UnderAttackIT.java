package dev.slipway.webhook.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.certs.CertificateAuthority;
import dev.slipway.certs.Pem;
import dev.slipway.certs.ServingNames;
import dev.slipway.testkit.attack.Attacks;
import dev.slipway.testkit.attack.Http1;
import dev.slipway.testkit.process.ImageFlags;
import dev.slipway.testkit.process.RunningProcess;
import dev.slipway.testkit.time.Alone;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The jar with the image's flags, attacked from one address of loopback while 21 reviews come from another one, and from
 * the same one: in a cluster whose API server comes through a proxy both look alike. With the patience of the API server,
 * which waits for 5 seconds. {@code -Dslipway.webhook.jar} names another jar, for figures of another version.
 */
@Alone
class UnderAttackIT {
    private static final Duration START = Duration.ofMinutes(3);
    private static final int REVIEWS = 21;
    private static final int PATIENCE_MILLIS = 5_000;

    @TempDir
    private Path folder;

    private final CertificateAuthority authority = CertificateAuthority.create(Duration.ofDays(1), Clock.systemUTC());

    static Stream<Arguments> attacks() {
        return Attacks.all().stream()
                .flatMap(kind -> Stream.of("127.0.0.2", "127.0.0.1")
                        .map(source -> Arguments.of(kind.getKey(), source, kind.getValue())));
    }

    @ParameterizedTest(name = "{0} from {1}")
    @MethodSource("attacks")
    void noReviewFailsMeanwhile(String name, String source, Attacks.Kind kind) throws Exception {
        try (RunningProcess webhook = start(folder)) {
            int port = number(webhook, "port");
            int management = number(webhook, "managementPort");
            var attacks = new Attacks(
                    InetAddress.getAllByName(source)[0], new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            Result result;
            try (var attack = kind.start(attacks)) {
                assertThat(attack).isNotNull();
                TimeUnit.SECONDS.sleep(2);
                result = review(port);
                assertThat(attack).as("it goes on until here").isNotNull();
            }
            System.out.printf(
                    "| %s | %s | %d of %d failed | slowest %d ms | peak %d MiB |%n",
                    name, source, result.failed(), REVIEWS, result.slowest().toMillis(), peak(webhook));

            assertThat(webhook.isAlive()).isTrue();
            assertThat(result.problems()).isEmpty();
            assertThat(get(management, "/livez")).isEqualTo("200 ok\n");
            assertThat(get(management, "/readyz")).isEqualTo("200 ok\n");
        }
    }

    private record Result(List<String> problems, Duration slowest) {
        int failed() {
            return problems.size();
        }
    }

    /**
     * As the API server does it: on a connection that is kept, and once more on a new one if that was closed meanwhile.
     */
    private Result review(int port) throws InterruptedException {
        var problems = new ArrayList<String>();
        Duration slowest = Duration.ZERO;
        Optional<SSLSocket> kept = Optional.empty();
        for (int number = 0; number < REVIEWS; number++) {
            long started = System.nanoTime();
            try {
                kept = Optional.of(review(port, kept, "review-" + number));
            } catch (IOException failed) {
                problems.add(number + ": " + failed);
                kept = Optional.empty();
            }
            Duration took = Duration.ofNanos(System.nanoTime() - started);
            slowest = took.compareTo(slowest) > 0 ? took : slowest;
            TimeUnit.MILLISECONDS.sleep(200);
        }
        return new Result(problems, slowest);
    }

    /** Returns the connection that it went over. */
    private SSLSocket review(int port, Optional<SSLSocket> kept, String uid) throws IOException {
        if (kept.isPresent() && isReviewed(kept.get(), uid)) {
            return kept.get();
        }
        SSLSocket fresh = connect(port);
        if (!isReviewed(fresh, uid)) {
            throw new IOException("closed without an answer");
        }
        return fresh;
    }

    /** False if the connection was closed before a byte of the answer came. */
    private static boolean isReviewed(SSLSocket socket, String uid) throws IOException {
        String answer;
        try {
            socket.getOutputStream().write(RunningServer.http1(uid));
            answer = Http1.readResponse(socket.getInputStream());
        } catch (SocketTimeoutException tooLate) {
            throw tooLate;
        } catch (IOException closed) {
            return false;
        }
        if (!answer.isEmpty() && !(answer.startsWith("HTTP/1.1 200") && answer.contains("JSONPatch"))) {
            throw new IOException(answer.lines().findFirst().orElseThrow());
        }
        return !answer.isEmpty();
    }

    private SSLSocket connect(int port) throws IOException {
        SSLSocketFactory factory = Trusting.context(authority.certificate()).getSocketFactory();
        var plain = new Socket();
        plain.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        plain.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), PATIENCE_MILLIS);
        plain.setSoTimeout(PATIENCE_MILLIS);
        var socket = (SSLSocket) factory.createSocket(plain, "localhost", port, true);
        socket.startHandshake();
        return socket;
    }

    private RunningProcess start(Path certificates) throws IOException {
        var issued = authority.issueServing(
                new ServingNames(List.of("localhost"), List.of("127.0.0.1")), Duration.ofHours(1), Clock.systemUTC());
        Files.writeString(certificates.resolve("tls.crt"), Pem.write(issued.certificate()));
        Files.writeString(certificates.resolve("tls.key"), Pem.write(issued.key()));
        return RunningProcess.start(
                ImageFlags.webhook(Map.of(
                        "SLIPWAY_WEBHOOK_CERTIFICATE_FILE",
                        certificates.resolve("tls.crt").toString(),
                        "SLIPWAY_WEBHOOK_KEY_FILE",
                        certificates.resolve("tls.key").toString())),
                line -> {});
    }

    static int number(RunningProcess webhook, String field) {
        String line = webhook.awaitLine("\"serving\"", START).text();
        var found = Pattern.compile("\"" + field + "\":(\\d+)").matcher(line);
        assertThat(found.find()).isTrue();
        return Integer.parseInt(found.group(1));
    }

    static String get(int port, String path) throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .timeout(Duration.ofSeconds(2))
                .build();
        var response = HttpClient.newHttpClient().send(request, BodyHandlers.ofString());
        return response.statusCode() + " " + response.body();
    }

    private static long peak(RunningProcess process) throws IOException {
        Path status = Path.of("/proc/" + process.pid() + "/status");
        return Files.readAllLines(status).stream()
                .filter(line -> line.startsWith("VmHWM:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) / 1024)
                .findFirst()
                .orElse(0);
    }
}
