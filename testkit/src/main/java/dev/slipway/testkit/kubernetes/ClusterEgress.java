package dev.slipway.testkit.kubernetes;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * The way from the API server into the cluster: an HTTP CONNECT proxy on a socket file, named in the API server's
 * egress selection as managed clusters do it for control planes that cannot reach pods. So webhook configurations keep
 * their {@code service} reference, TLS runs from the API server to the webhook, and no privileged port, no route and no
 * network namespace is needed. A connection ends where the {@link ClusterNetwork} says.
 */
final class ClusterEgress implements AutoCloseable {
    private static final int CONNECT_TIMEOUT_MILLIS = 5_000;
    private static final int LONGEST_REQUEST = 8_192;
    private static final int BUFFER = 65_536;

    private final ServerSocketChannel listener;
    private volatile ClusterNetwork network = ClusterNetwork.UNREACHABLE;
    private final Set<SocketChannel> open = ConcurrentHashMap.newKeySet();
    private final ExecutorService threads = Executors.newCachedThreadPool(task -> {
        var thread = new Thread(task, "cluster-egress");
        thread.setDaemon(true);
        return thread;
    });

    private ClusterEgress(ServerSocketChannel listener) {
        this.listener = listener;
    }

    static ClusterEgress listen(Path socketFile) {
        try {
            ServerSocketChannel listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
            var egress = new ClusterEgress(listener.bind(UnixDomainSocketAddress.of(socketFile)));
            egress.threads.execute(egress::accept);
            return egress;
        } catch (IOException failed) {
            throw new UncheckedIOException("cannot listen on " + socketFile, failed);
        }
    }

    void use(ClusterNetwork next) {
        network = next;
    }

    private void accept() {
        while (listener.isOpen()) {
            try {
                SocketChannel client = listener.accept();
                threads.execute(() -> serve(client));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void serve(SocketChannel client) {
        open.add(client);
        try (client;
                SocketChannel target = connectOrRefuse(client)) {
            open.add(target);
            answer(client, "200 Connection established");
            relay(client, target);
        } catch (IOException gone) {
            // One of the two hung up, or this proxy is being closed: no side is left to report to.
        } finally {
            open.removeIf(channel -> !channel.isOpen());
        }
    }

    private SocketChannel connectOrRefuse(SocketChannel client) throws IOException {
        try {
            return connect(network.route(connectRequest(client)));
        } catch (IOException unreachable) {
            answer(client, "502 " + unreachable.getMessage());
            throw unreachable;
        }
    }

    private static SocketChannel connect(InetSocketAddress address) throws IOException {
        SocketChannel target = SocketChannel.open();
        try {
            target.socket().connect(address, CONNECT_TIMEOUT_MILLIS);
            target.setOption(StandardSocketOptions.TCP_NODELAY, true);
            return target;
        } catch (IOException unreachable) {
            target.close();
            throw unreachable;
        }
    }

    /** Both directions; whichever side ends first, its end is passed on. */
    private void relay(SocketChannel client, SocketChannel target) throws IOException {
        threads.execute(() -> {
            try {
                copy(client, target);
                target.shutdownOutput();
            } catch (IOException closed) {
                closeQuietly(target);
            }
        });
        copy(target, client);
    }

    private static void copy(ReadableByteChannel from, WritableByteChannel to) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(BUFFER);
        while (from.read(buffer) >= 0) {
            buffer.flip();
            while (buffer.hasRemaining()) {
                to.write(buffer);
            }
            buffer.clear();
        }
    }

    private static void closeQuietly(SocketChannel channel) {
        try {
            channel.close();
        } catch (IOException alreadyClosed) {
            // Closing was the intention.
        }
    }

    private static void answer(SocketChannel client, String status) throws IOException {
        ByteBuffer bytes = StandardCharsets.US_ASCII.encode("HTTP/1.1 " + status + "\r\n\r\n");
        while (bytes.hasRemaining()) {
            client.write(bytes);
        }
    }

    private static InetSocketAddress connectRequest(SocketChannel client) throws IOException {
        String head = head(client);
        String[] words = head.split("[ \r]", 3);
        int colon = words.length < 2 ? -1 : words[1].lastIndexOf(':');
        if (colon < 0 || !words[0].equals("CONNECT")) {
            throw new IOException("expected CONNECT host:port, found: " + head);
        }
        String host = words[1].substring(0, colon);
        return InetSocketAddress.createUnresolved(host, Integer.parseInt(words[1].substring(colon + 1)));
    }

    /** Byte by byte, because what follows the empty line belongs to the TLS connection inside. */
    private static String head(SocketChannel client) throws IOException {
        var head = new ByteArrayOutputStream();
        ByteBuffer one = ByteBuffer.allocate(1);
        while (!head.toString(StandardCharsets.US_ASCII).endsWith("\r\n\r\n")) {
            if (client.read(one) < 0 || head.size() > LONGEST_REQUEST) {
                throw new IOException("not a CONNECT request: " + head.size() + " bytes without an empty line");
            }
            head.write(one.flip().get());
            one.clear();
        }
        return head.toString(StandardCharsets.US_ASCII);
    }

    @Override
    public void close() {
        try {
            listener.close();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        } finally {
            open.forEach(ClusterEgress::closeQuietly);
            threads.shutdownNow();
        }
    }
}
