package dev.slipway.webhook.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.testkit.attack.Http1;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;

class ServerLimitsTest {
    private static final String HEAD =
            "POST /mutate HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 500000\r\n\r\n";
    private static final Duration SHORT = Duration.ofSeconds(1);
    private static final Duration LONG = Duration.ofSeconds(60);

    @Test
    void aClientThatSendsItsBodyByteByByteIsCutOff() throws Exception {
        var limits = new ServerLimits(1 << 20, 8, 8 << 20, 8, SHORT, LONG, LONG);
        try (var server = new RunningServer(limits);
                var socket = server.socket()) {
            socket.getOutputStream().write(HEAD.getBytes(StandardCharsets.US_ASCII));

            assertThat(isCutOffWhileDribbling(socket, ' ')).isTrue();
            assertThat(server.send(server.review("after")).statusCode()).isEqualTo(200);
            assertThat(server.management("/metrics")).contains("slipway_webhook_requests_in_flight 0.0");
        }
    }

    @Test
    void aClientThatSendsItsHeadersByteByByteIsCutOff() throws Exception {
        var limits = new ServerLimits(1 << 20, 8, 8 << 20, 8, LONG, SHORT, LONG);
        try (var server = new RunningServer(limits);
                var socket = server.socket()) {
            socket.getOutputStream().write("POST /mutate HTTP/1.1\r\nX: ".getBytes(StandardCharsets.US_ASCII));

            assertThat(isCutOffWhileDribbling(socket, 'x')).isTrue();
        }
    }

    @Test
    void aConnectionThatStaysIdleAfterARequestIsClosed() throws Exception {
        var limits = new ServerLimits(1 << 20, 8, 8 << 20, 8, LONG, LONG, SHORT);
        try (var server = new RunningServer(limits);
                var socket = server.socket()) {
            socket.getOutputStream().write(RunningServer.http1("first"));
            assertThat(Http1.readResponse(socket.getInputStream())).contains("200 OK");

            assertThat(socket.getInputStream().read()).isEqualTo(-1);
        }
    }

    @Test
    void requestsWhoseBodyIsNotWholeKeepNobodyOut() throws Exception {
        var limits = new ServerLimits(1 << 20, 2, 8 << 20, 8, LONG, LONG, LONG);
        try (var server = new RunningServer(limits)) {
            List<SSLSocket> waiting = occupy(server, 4);

            assertThat(server.send(server.review("fifth")).statusCode()).isEqualTo(200);

            for (SSLSocket socket : waiting) {
                assertThat(Http1.readResponse(socket.getInputStream()))
                        .startsWith("HTTP/1.1 408 ")
                        .endsWith("the body comes too slowly\n");
            }
            assertThat(server.management("/metrics"))
                    .contains("slipway_webhook_requests_refused_total{status=\"408\"} 4.0");
        }
    }

    /** What is held is bounded by about one body here: the older half-sent one gives way, not the one who comes. */
    @Test
    void allBodiesTogetherAreBounded() throws Exception {
        var limits = new ServerLimits(300_000, 64, 300_000, 8, LONG, LONG, LONG);
        try (var server = new RunningServer(limits);
                var first = server.socket();
                var second = server.socket()) {
            sendHalf(first, 290_000);
            eventually(() -> server.management("/metrics").contains("slipway_webhook_requests_in_flight 1.0"));
            sendHalf(second, 290_000);

            assertThat(Http1.readResponse(first.getInputStream()))
                    .startsWith("HTTP/1.1 503 ")
                    .contains("retry-after: 1");
            assertThat(server.send(server.review("third")).statusCode()).isEqualTo(200);
        }
    }

    private static void sendHalf(SSLSocket socket, int bytes) throws IOException {
        socket.getOutputStream().write(HEAD.replace("500000", "299999").getBytes(StandardCharsets.US_ASCII));
        socket.getOutputStream().write(new byte[bytes]);
        socket.getOutputStream().flush();
    }

    @Test
    void connectionsAboveTheLimitAreClosed() throws Exception {
        var limits = new ServerLimits(1 << 20, 8, 8 << 20, 1, LONG, LONG, LONG);
        try (var server = new RunningServer(limits)) {
            var open = new ArrayList<SSLSocket>();
            for (int count = 0; count < 8; count++) {
                open.add(server.socket());
            }

            long served = open.stream().filter(ServerLimitsTest::isServed).count();

            // The oldest idle one gives way each time, so it is the last that is served.
            assertThat(served).isEqualTo(1);
            assertThat(isServed(open.get(7))).isTrue();
        }
    }

    private static boolean isServed(SSLSocket socket) {
        try {
            socket.getOutputStream().write(RunningServer.http1("x"));
            return Http1.readResponse(socket.getInputStream()).contains("200 OK");
        } catch (IOException closed) {
            return false;
        }
    }

    private static List<SSLSocket> occupy(RunningServer server, int requests) throws Exception {
        var sockets = new ArrayList<SSLSocket>();
        for (int count = 0; count < requests; count++) {
            SSLSocket socket = server.socket();
            socket.getOutputStream().write(HEAD.getBytes(StandardCharsets.US_ASCII));
            sockets.add(socket);
        }
        String inFlight = "slipway_webhook_requests_in_flight " + requests;
        eventually(() -> server.management("/metrics").contains(inFlight));
        return sockets;
    }

    /** Sends on for as long as the server lets it, which is a fraction of the whole body. */
    private static boolean isCutOffWhileDribbling(SSLSocket socket, char filler) throws InterruptedException {
        try {
            OutputStream stream = socket.getOutputStream();
            for (int sent = 0; sent < 600; sent++) {
                stream.write(filler);
                stream.flush();
                Thread.sleep(100);
            }
            return false;
        } catch (IOException cutOff) {
            return true;
        }
    }

    private interface Condition {
        boolean holds() throws Exception;
    }

    private static void eventually(Condition condition) throws Exception {
        long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (!holds(condition)) {
            assertThat(System.nanoTime()).as("deadline").isLessThan(deadline);
            Thread.sleep(20);
        }
    }

    /** A refusal ends its connection, and a client that is still sending may see the end before the answer. */
    private static boolean holds(Condition condition) throws Exception {
        try {
            return condition.holds();
        } catch (IOException cutOff) {
            return false;
        }
    }
}
