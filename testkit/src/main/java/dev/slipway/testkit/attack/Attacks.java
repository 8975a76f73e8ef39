package dev.slipway.testkit.attack;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;

/**
 * What an outsider with a route to the port can do, on loopback and bounded in count and time. Each attack goes on
 * until it is closed; it trusts any certificate.
 */
public final class Attacks {
    /** An attack that goes on. */
    public interface Attack extends AutoCloseable {
        @Override
        void close();
    }

    /** Starts one kind of attack. */
    @FunctionalInterface
    public interface Kind {
        Attack start(Attacks from);
    }

    private static final int PAUSE_MILLIS = 100;
    /** An API server that has no processor time to spare takes long to build a review of megabytes. */
    private static final int PATIENCE_MILLIS = 60_000;

    private static final int OPENED_AT_ONCE = 50;
    private static final Duration LONGEST = Duration.ofMinutes(2);

    private final InetAddress source;
    private final InetSocketAddress target;
    private final SSLSocketFactory sockets;

    /**
     * @param source address of loopback that the attack comes from
     * @param target on loopback too
     */
    public Attacks(InetAddress source, InetSocketAddress target) {
        this.source = source;
        this.target = target;
        this.sockets = trustingAnything();
    }

    /** So many connections with 100 requests each, of whose body one byte comes; opened again when they are cut. */
    public Attack halfSentBodies(int connections) {
        return loop(connections, (thread, stop) -> {
            try (SSLSocket socket = tls("h2")) {
                OutputStream out = socket.getOutputStream();
                out.write(Http2Frames.preface());
                out.write(Http2Frames.settings());
                for (int stream = 0; stream < 100; stream++) {
                    out.write(Http2Frames.post(2 * stream + 1));
                    out.write(Http2Frames.data(2 * stream + 1, "{"));
                }
                out.flush();
                awaitEnd(socket, stop);
            }
        });
    }

    /** So many bodies of which all comes but the end. */
    public Attack largeBodiesWithoutAnEnd(int connections, int bytes) {
        byte[] head = head("/mutate", Map.of(), bytes + 1);
        byte[] body = " ".repeat(bytes).getBytes(StandardCharsets.US_ASCII);
        return loop(connections, (thread, stop) -> {
            try (SSLSocket socket = tls()) {
                socket.getOutputStream().write(head);
                socket.getOutputStream().write(body);
                socket.getOutputStream().flush();
                awaitEnd(socket, stop);
            }
        });
    }

    private static void awaitEnd(SSLSocket socket, Stop stop) throws IOException {
        while (!stop.isStopped()) {
            try {
                if (socket.getInputStream().read() < 0) {
                    return;
                }
            } catch (SocketTimeoutException stillOpen) {
                // Then it is held on to.
            }
        }
    }

    /** So many connections that do nothing after their handshake; opened again when they are closed. */
    public Attack idleConnections(int count) {
        return held(count, true);
    }

    /** So many connections that never begin their handshake. */
    public Attack silentConnections(int count) {
        return held(count, false);
    }

    private Attack held(int count, boolean handshake) {
        return loop(2, (thread, stop) -> {
            var open = new ArrayList<Socket>();
            try {
                while (!stop.isStopped()) {
                    open.removeIf(Attacks::isClosedByPeer);
                    for (int more = 0; more < OPENED_AT_ONCE && open.size() < count / 2; more++) {
                        open.add(handshake ? tls() : plain());
                    }
                    TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
                }
            } finally {
                open.forEach(Attacks::closeQuietly);
            }
        });
    }

    /** So many clients that post the same body again and again, and read the answer. */
    public Attack posts(int clients, String body) {
        return posts(clients, "/mutate", Map.of(), body);
    }

    /** The same to any server. */
    public Attack posts(int clients, String path, Map<String, String> headers, String body) {
        byte[] head = head(path, headers, body.length());
        byte[] bytes = body.getBytes(StandardCharsets.US_ASCII);
        return loop(clients, (thread, stop) -> {
            while (!stop.isStopped()) {
                try (SSLSocket socket = tls()) {
                    socket.setSoTimeout(PATIENCE_MILLIS);
                    OutputStream out = socket.getOutputStream();
                    out.write(head);
                    out.write(bytes);
                    out.flush();
                    Http1.readResponse(socket.getInputStream());
                }
                TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
            }
        });
    }

    /** Requests whose answers are never read. */
    public Attack unreadAnswers(int connections, String body) {
        byte[] head = head("/mutate", Map.of(), body.length());
        byte[] bytes = body.getBytes(StandardCharsets.US_ASCII);
        return loop(connections, (thread, stop) -> {
            try (SSLSocket socket = tls()) {
                while (!stop.isStopped()) {
                    socket.getOutputStream().write(head);
                    socket.getOutputStream().write(bytes);
                    TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
                }
            }
        });
    }

    private static byte[] head(String path, Map<String, String> headers, int bodyLength) {
        var head = new StringBuilder("POST " + path + " HTTP/1.1\r\nHost: localhost\r\n");
        headers.forEach((name, value) -> head.append(name + ": " + value + "\r\n"));
        head.append("Content-Type: application/json\r\nContent-Length: " + bodyLength + "\r\n\r\n");
        return head.toString().getBytes(StandardCharsets.US_ASCII);
    }

    /** Seven megabytes of empty objects. */
    public static String emptyObjects() {
        return review(pod("", "\"x\":[" + list(2_400_000, number -> "{}") + "]"));
    }

    /** A pod of two megabytes. */
    public static String emptyVariables() {
        return review(podOfEmptyVariables());
    }

    public static String podOfEmptyVariables() {
        return pod("", "\"containers\":[{\"name\":\"a\",\"env\":[" + list(500_000, number -> "{}") + "]}]");
    }

    /** A pod of 400 kB, injected already, with many others. */
    public static String manyContainers() {
        String env = "[{\"name\":\"SLIPWAY_POD_NAME\",\"valueFrom\":{\"fieldRef\":{\"fieldPath\":\"metadata.name\"}}}]";
        String own = "{\"name\":\"slipway-%s\",\"image\":\"i\",\"args\":[\"%s\"],\"env\":" + env + "}";
        return review(pod(
                "",
                "\"initContainers\":[" + own.formatted("preflight", "preflight") + ","
                        + own.formatted("migrate", "migrate") + ","
                        + list(12_000, number -> "{\"name\":\"c%d\",\"image\":\"x\"}".formatted(number))
                        + "],\"containers\":[{\"name\":\"a\"}]"));
    }

    /** A pod of a megabyte with nothing but mistakes. */
    public static String manyAnnotations() {
        return review(pod(
                "," + list(60_000, number -> "\"slipway.dev/x%d\":\"\"".formatted(number)),
                "\"containers\":[{\"name\":\"a\"}]"));
    }

    private static String review(String pod) {
        return """
                {"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","request":{"uid":"u","operation":"CREATE",
                "kind":{"kind":"Pod"},"object":%s}}""".formatted(pod);
    }

    private static String pod(String annotations, String spec) {
        return """
                {"apiVersion":"v1","kind":"Pod","metadata":{"name":"p","annotations":{
                "slipway.dev/migrate":"true","slipway.dev/database-secret":"db"%s}},"spec":{%s}}""".formatted(annotations, spec);
    }

    private static String list(int count, IntFunction<String> element) {
        return IntStream.range(0, count).mapToObj(element).collect(Collectors.joining(","));
    }

    private static final class Stop {
        private final long end = System.nanoTime() + LONGEST.toNanos();
        private volatile boolean stopped;

        boolean isStopped() {
            return stopped || System.nanoTime() - end > 0;
        }
    }

    private interface Work {
        void run(int thread, Stop stop) throws IOException, InterruptedException;
    }

    /** Runs it on so many threads, again and again if it is cut off. */
    private static Attack loop(int count, Work work) {
        var stop = new Stop();
        var threads = new ArrayList<Thread>();
        for (int number = 0; number < count; number++) {
            int thread = number;
            threads.add(new Thread(() -> repeat(work, thread, stop), "attack-" + number));
        }
        threads.forEach(Thread::start);
        return () -> {
            stop.stopped = true;
            threads.forEach(Attacks::join);
        };
    }

    private static void repeat(Work work, int thread, Stop stop) {
        while (!stop.isStopped()) {
            try {
                work.run(thread, stop);
            } catch (IOException cutOff) {
                // An attacker has to expect this.
            } catch (InterruptedException interrupted) {
                return;
            }
        }
    }

    private static void join(Thread thread) {
        try {
            thread.interrupt();
            thread.join(TimeUnit.SECONDS.toMillis(90));
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private Socket plain() throws IOException {
        var socket = new Socket();
        socket.bind(new InetSocketAddress(source, 0));
        socket.connect(target, 5_000);
        socket.setSoTimeout(2_000);
        return socket;
    }

    private SSLSocket tls(String... protocols) throws IOException {
        Socket plain = plain();
        try {
            var socket = (SSLSocket) sockets.createSocket(plain, "localhost", target.getPort(), true);
            SSLParameters parameters = socket.getSSLParameters();
            parameters.setApplicationProtocols(protocols);
            socket.setSSLParameters(parameters);
            socket.startHandshake();
            return socket;
        } catch (IOException failed) {
            closeQuietly(plain);
            throw failed;
        }
    }

    private static boolean isClosedByPeer(Socket socket) {
        try {
            socket.setSoTimeout(1);
            return socket.getInputStream().read() < 0;
        } catch (SocketTimeoutException stillOpen) {
            return false;
        } catch (IOException closed) {
            return true;
        }
    }

    private static void closeQuietly(Socket socket) {
        try {
            socket.close();
        } catch (IOException ignored) {
            // It is closed for us in any case.
        }
    }

    private static SSLSocketFactory trustingAnything() {
        try {
            var context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[] {new TrustAnything()}, null);
            return context.getSocketFactory();
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static final class TrustAnything implements X509TrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }

    /** Every kind, by name. */
    public static List<Map.Entry<String, Kind>> all() {
        return List.of(
                Map.entry("half-sent bodies", from -> from.halfSentBodies(6)),
                Map.entry("large bodies without an end", from -> from.largeBodiesWithoutAnEnd(6, 3 << 20)),
                Map.entry("idle connections", from -> from.idleConnections(1_024)),
                Map.entry("silent connections", from -> from.silentConnections(2_048)),
                Map.entry("seven megabytes of {}", from -> from.posts(4, emptyObjects())),
                Map.entry("500,000 variables", from -> from.posts(4, emptyVariables())),
                Map.entry("12,000 containers", from -> from.posts(4, manyContainers())),
                Map.entry("60,000 annotations", from -> from.posts(4, manyAnnotations())),
                Map.entry("unread answers", from -> from.unreadAnswers(32, manyContainers())));
    }
}
