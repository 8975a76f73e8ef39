package dev.slipway.webhook.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.testkit.attack.Http1;
import java.io.ByteArrayInputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class AdmissionServerTest {
    private static RunningServer server;

    @BeforeAll
    static void start() {
        server = new RunningServer(RunningServer.GENEROUS);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @ParameterizedTest
    @EnumSource(HttpClient.Version.class)
    void answersReviewsInBothVersionsOfHttp(HttpClient.Version version) throws Exception {
        HttpResponse<String> response = server.client(version).send(server.review("abc"), BodyHandlers.ofString());

        assertThat(response.version()).isEqualTo(version);
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("content-type")).hasValue("application/json");
        assertThat(response.body()).contains("\"uid\":\"abc\"").contains("\"patchType\":\"JSONPatch\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void speaksModernTls(String protocol) throws Exception {
        try (var socket = server.socket(protocol)) {
            assertThat(socket.getSession().getProtocol()).isEqualTo(protocol);
        }
    }

    /** The JDK's client does not even offer it, so the first message is written by hand. */
    @Test
    void refusesTls11WithAnAlert() throws Exception {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), server.server.port())) {
            socket.setSoTimeout(60_000);
            socket.getOutputStream().write(clientHelloOfTls11());

            byte[] alert = socket.getInputStream().readNBytes(7);

            byte alertRecord = 0x15;
            byte protocolVersion = 70;
            assertThat(alert[0]).isEqualTo(alertRecord);
            assertThat(alert[6]).isEqualTo(protocolVersion);
        }
    }

    @Test
    void aBodyAboveTheLimitIsRefusedWith413() throws Exception {
        byte[] tooLarge = new byte[RunningServer.GENEROUS.maxBody() + 1];
        Arrays.fill(tooLarge, (byte) ' ');

        var announced = server.send(server.request("/mutate")
                .POST(BodyPublishers.ofByteArray(tooLarge))
                .build());
        var chunked = server.send(server.request("/mutate")
                .POST(BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(tooLarge)))
                .build());

        assertThat(announced.statusCode()).isEqualTo(413);
        assertThat(chunked.statusCode()).isEqualTo(413);
        assertThat(server.send(server.review("after")).statusCode()).isEqualTo(200);
    }

    /** Nothing of the body is sent: a server that wants to count it would wait. */
    @Test
    void anAnnouncedBodyAboveTheLimitIsRefusedBeforeItComes() throws Exception {
        String head = "POST /mutate HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: "
                + (RunningServer.GENEROUS.maxBody() + 1) + "\r\n\r\n";
        try (var socket = server.socket()) {
            socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));

            assertThat(Http1.readResponse(socket.getInputStream())).startsWith("HTTP/1.1 413 ");
        }
    }

    @Test
    void aBodyAtTheLimitIsRead() throws Exception {
        byte[] spaces = new byte[RunningServer.GENEROUS.maxBody()];
        Arrays.fill(spaces, (byte) ' ');

        var response = server.send(server.request("/mutate")
                .POST(BodyPublishers.ofByteArray(spaces))
                .build());

        assertThat(response.statusCode()).isEqualTo(400);
    }

    @ParameterizedTest
    @ValueSource(strings = {"text/plain", "application/yaml", "application/jsonp", ""})
    void otherContentTypesAreRefusedWith415(String contentType) throws Exception {
        var request = HttpRequest.newBuilder(server.review("x").uri())
                .POST(BodyPublishers.ofString(RunningServer.reviewOf("x")));
        if (!contentType.isEmpty()) {
            request.header("content-type", contentType);
        }

        assertThat(server.send(request.build()).statusCode()).isEqualTo(415);
    }

    @Test
    void aCompressedBodyIsRefusedWith415() throws Exception {
        var request =
                server.request("/mutate").header("content-encoding", "gzip").POST(BodyPublishers.ofString("x"));

        assertThat(server.send(request.build()).statusCode()).isEqualTo(415);
    }

    @Test
    void aCharacterSetBesidesTheContentTypeIsFine() throws Exception {
        var request = HttpRequest.newBuilder(server.review("x").uri())
                .header("content-type", "Application/JSON; charset=utf-8")
                .POST(BodyPublishers.ofString(RunningServer.reviewOf("x")));

        assertThat(server.send(request.build()).statusCode()).isEqualTo(200);
    }

    @Test
    void whatIsNoReviewIsRefusedWith400WithoutQuotingIt() throws Exception {
        var notJson = server.send(server.request("/mutate")
                .POST(BodyPublishers.ofString("{\"hunter2"))
                .build());
        var noReview = server.send(server.request("/validate")
                .POST(BodyPublishers.ofString("{\"password\":\"hunter2\"}"))
                .build());

        assertThat(notJson.statusCode()).isEqualTo(400);
        assertThat(notJson.body()).startsWith("the body is not JSON").doesNotContain("hunter2");
        assertThat(noReview.statusCode()).isEqualTo(400);
        assertThat(noReview.body())
                .contains("expected apiVersion and request.uid")
                .doesNotContain("hunter2");
    }

    @Test
    void otherPathsAndMethodsAreRefused() throws Exception {
        assertThat(server.send(server.request("/metrics").GET().build()).statusCode())
                .isEqualTo(404);
        assertThat(server.send(server.request("/mutate").GET().build()).statusCode())
                .isEqualTo(405);
    }

    @Test
    void severalReviewsGoOverOneConnection() throws Exception {
        try (var socket = server.socket()) {
            for (int round = 0; round < 3; round++) {
                socket.getOutputStream().write(RunningServer.http1("round-" + round));
                assertThat(Http1.readResponse(socket.getInputStream())).contains("round-" + round);
            }
        }
    }

    @Test
    void metricsCountWhatHappened() throws Exception {
        server.send(server.review("counted"));

        assertThat(server.management("/metrics"))
                .startsWith("200 ")
                .contains("slipway_webhook_admissions_total{dry_run=\"false\",endpoint=\"mutate\",operation=\"create\","
                        + "outcome=\"injected\",reason=\"opted-in\"}")
                .contains("slipway_webhook_admission_duration_seconds_bucket{endpoint=\"mutate\",outcome=\"injected\","
                        + "le=\"2.5E-4\"}")
                .contains("slipway_webhook_requests_in_flight 0.0")
                .contains("slipway_webhook_build_info{")
                .contains("jvm_memory_used_bytes");
    }

    @Test
    void probesTellLifeAndReadiness() throws Exception {
        assertThat(server.management("/livez")).isEqualTo("200 ok\n");
        assertThat(server.management("/readyz")).isEqualTo("200 ok\n");
        assertThat(server.management("/else")).startsWith("404 ");
    }

    private static byte[] clientHelloOfTls11() {
        byte[] hello = ByteBuffer.allocate(2 + 32 + 1 + 2 + 4 + 2)
                .putShort((short) 0x0302)
                .put(new byte[32])
                .put((byte) 0)
                .putShort((short) 4)
                .putShort((short) 0xC009)
                .putShort((short) 0xC013)
                .putShort((short) 0x0100)
                .array();
        return ByteBuffer.allocate(5 + 4 + hello.length)
                .put((byte) 0x16)
                .putShort((short) 0x0301)
                .putShort((short) (4 + hello.length))
                .put((byte) 1)
                .put((byte) 0)
                .putShort((short) hello.length)
                .put(hello)
                .array();
    }
}
