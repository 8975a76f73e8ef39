package dev.slipway.webhook.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.testkit.attack.Http2Frames;
import java.io.IOException;
import java.io.OutputStream;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;

/** Floods that cost a client next to nothing: their connection is ended, and others are served on. */
class Http2FloodsTest {
    private static final int MANY = 20_000;

    private interface Flood {
        void next(OutputStream out, int number) throws IOException;
    }

    @Test
    void streamsThatAreResetAtOnce() throws Exception {
        assertThatItIsEnded((out, number) -> {
            out.write(Http2Frames.post(2 * number + 1));
            out.write(Http2Frames.reset(2 * number + 1));
        });
    }

    @Test
    void headersWithoutAnEnd() throws Exception {
        byte[] block = Http2Frames.postHeaders();
        assertThatItIsEnded((out, number) ->
                out.write(number == 0 ? Http2Frames.frame(1, 0, 1, block) : Http2Frames.frame(9, 0, 1, new byte[0])));
    }

    /** A client that never acknowledges our settings is not bound by them. */
    @Test
    void moreStreamsThanAreAllowed() throws Exception {
        assertThatItIsEnded((out, number) -> out.write(Http2Frames.post(2 * number + 1)));
    }

    /** It never reads, so the answers pile up here. */
    @Test
    void pingsWhoseAnswersAreNotRead() throws Exception {
        byte[] many = new byte[1_000 * Http2Frames.ping().length];
        for (int at = 0; at < many.length; at += Http2Frames.ping().length) {
            System.arraycopy(Http2Frames.ping(), 0, many, at, Http2Frames.ping().length);
        }
        assertThatItIsEnded((out, number) -> out.write(many));
    }

    private static void assertThatItIsEnded(Flood flood) throws Exception {
        try (var server = new RunningServer(RunningServer.GENEROUS);
                var socket = open(server)) {
            assertThat(isEnded(socket, flood)).isTrue();
            assertThat(server.send(server.review("after")).statusCode()).isEqualTo(200);
            assertThat(server.unhandled).isEmpty();
        }
    }

    private static boolean isEnded(SSLSocket socket, Flood flood) {
        try {
            for (int number = 0; number < MANY; number++) {
                flood.next(socket.getOutputStream(), number);
            }
            byte[] buffer = new byte[8192];
            int read = 0;
            while (read >= 0) {
                read = socket.getInputStream().read(buffer);
            }
            return true;
        } catch (IOException cutOff) {
            return !(cutOff instanceof java.net.SocketTimeoutException);
        }
    }

    private static SSLSocket open(RunningServer server) throws IOException {
        var socket = (SSLSocket) Trusting.context(server.authority.certificate())
                .getSocketFactory()
                .createSocket("localhost", server.server.port());
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setApplicationProtocols(new String[] {"h2"});
        socket.setSSLParameters(parameters);
        socket.setSoTimeout(20_000);
        socket.startHandshake();
        socket.getOutputStream().write(Http2Frames.preface());
        socket.getOutputStream().write(Http2Frames.settings());
        return socket;
    }
}
