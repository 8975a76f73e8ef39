package dev.slipway.webhook.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.BugDetectors;
import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;

/**
 * A target of Jazzer: requests of HTTP/1.1 with wrong methods, paths, headers, lengths and bodies, over TLS to a running
 * server. Each gets an answer that admits no fault of ours, or the end of its connection. {@code .ci/fuzz} runs it.
 */
public final class HttpFuzzer {
    private static final int PATIENCE_MILLIS = 8_000;
    /** Whether bodies of the size that the image takes get through; otherwise most are small, and some too large. */
    private static final boolean HUGE = Boolean.getBoolean("slipway.fuzz.huge");
    /** Short, because a request may announce more than it sends. */
    private static final Duration SHORT = Duration.ofMillis(HUGE ? 3_000 : 100);

    private static final RunningServer SERVER =
            new RunningServer(new ServerLimits(HUGE ? 7 << 20 : 16 * 1024, 64, 8 << 20, 64, SHORT, SHORT, SHORT));
    private static final int MOST_SHOWN = 64 * 1024;
    private static final List<String> METHODS = List.of("POST", "POST", "POST", "GET", "PUT", "OPTIONS", "PRI", "");
    private static final List<String> PATHS = List.of(
            "/mutate",
            "/mutate",
            "/validate",
            "/mutate?timeout=5s",
            "/",
            "*",
            "//mutate",
            "/%6dutate",
            "/%",
            "http:///mutate");
    private static final List<String> NAMES = List.of(
            "Content-Type",
            "Content-Encoding",
            "Content-Length",
            "Transfer-Encoding",
            "Expect",
            "Connection",
            "Upgrade",
            "HTTP2-Settings",
            "Host",
            "Cookie",
            "X");
    private static final List<String> VALUES = List.of(
            "application/json",
            "application/json; charset=utf-8",
            "text/plain",
            "gzip",
            "identity",
            "chunked",
            "0",
            "-1",
            "99999999999999999999",
            "100-continue",
            "close",
            "keep-alive",
            "h2c",
            "websocket",
            "",
            ";",
            ",");

    private HttpFuzzer() {}

    public static void fuzzerInitialize() {
        // To the server above; otherwise Jazzer takes a connection for a finding.
        BugDetectors.allowNetworkConnections((host, port) -> host.equals("localhost"));
    }

    public static void fuzzerTestOneInput(FuzzedDataProvider data) throws IOException {
        byte[] request = request(data);
        String answer = "";
        try (SSLSocket socket = SERVER.socket()) {
            socket.setSoTimeout(PATIENCE_MILLIS);
            socket.getOutputStream().write(request);
            socket.getOutputStream().flush();
            answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        } catch (SSLException | SocketException cut) {
            // A connection that makes no sense may be ended without an answer.
        }
        assertThat(answer)
                .as(() -> "answer to "
                        + new String(request, 0, Math.min(MOST_SHOWN, request.length), StandardCharsets.ISO_8859_1))
                .matches("(?s)|HTTP/1\\.[01] [1-4].*");
        assertThat(SERVER.unhandled).isEmpty();
    }

    private static byte[] request(FuzzedDataProvider data) {
        var head = new StringBuilder();
        head.append(data.pickValue(METHODS)).append(' ').append(data.pickValue(PATHS));
        head.append(data.consumeInt(0, 20) == 0 ? " HTTP/1.0\r\n" : " HTTP/1.1\r\n");
        head.append("Host: localhost\r\nConnection: close\r\n");
        int headers = data.consumeInt(0, 4);
        for (int header = 0; header < headers; header++) {
            String name = data.consumeInt(0, 3) == 0 ? data.consumeAsciiString(20) : data.pickValue(NAMES);
            String value = data.consumeInt(0, 3) == 0 ? data.consumeAsciiString(20) : data.pickValue(VALUES);
            head.append(name).append(": ").append(value).append("\r\n");
        }
        head.append(data.consumeInt(0, 5) == 0 ? "" : "Content-Type: application/json\r\n");
        boolean chunked = data.consumeBoolean();
        byte[] body = data.consumeRemainingAsBytes();
        head.append(chunked ? "Transfer-Encoding: chunked\r\n\r\n" : "Content-Length: " + body.length + "\r\n\r\n");
        head.append(chunked ? Integer.toHexString(body.length) + "\r\n" : "");

        var request = new ByteArrayOutputStream();
        request.writeBytes(head.toString().getBytes(StandardCharsets.ISO_8859_1));
        request.writeBytes(body);
        request.writeBytes((chunked ? "\r\n0\r\n\r\n" : "").getBytes(StandardCharsets.US_ASCII));
        return request.toByteArray();
    }
}
