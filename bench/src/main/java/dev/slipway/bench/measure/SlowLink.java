package dev.slipway.bench.measure;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * A port in front of another one, which passes on what it is sent after a while, and so stands for a network between two
 * places. The kernel's netem would do the same, and many kernels lack it.
 */
public final class SlowLink implements AutoCloseable {
    private static final int BUFFER = 1 << 16;

    private final ServerSocket server;
    private final int target;
    private final long nanosOneWay;

    private SlowLink(ServerSocket server, int target, long nanosOneWay) {
        this.server = server;
        this.target = target;
        this.nanosOneWay = nanosOneWay;
    }

    /**
     * @param target a port of this machine
     * @param roundTrip half of it each way; opening a connection takes none of its own
     */
    public static SlowLink to(int target, Duration roundTrip) throws IOException {
        var link = new SlowLink(
                new ServerSocket(0, 200, InetAddress.getLoopbackAddress()), target, roundTrip.toNanos() / 2);
        start(link::accept);
        return link;
    }

    public int port() {
        return server.getLocalPort();
    }

    private void accept() {
        try {
            while (true) {
                Socket client = server.accept();
                Socket database = new Socket(InetAddress.getLoopbackAddress(), target);
                pass(client, database);
                pass(database, client);
            }
        } catch (IOException closed) {
            // That is how it ends.
        }
    }

    /** @param data empty for the end of the stream */
    private record Chunk(long due, ByteBuffer data) {}

    private void pass(Socket from, Socket to) throws IOException {
        from.setTcpNoDelay(true);
        BlockingQueue<Chunk> onTheWay = new LinkedBlockingQueue<>();
        start(() -> receive(from, onTheWay));
        start(() -> deliver(onTheWay, to));
    }

    private void receive(Socket from, BlockingQueue<Chunk> onTheWay) {
        byte[] buffer = new byte[BUFFER];
        int length = 0;
        while (length >= 0) {
            try {
                InputStream in = from.getInputStream();
                length = in.read(buffer);
            } catch (IOException cut) {
                length = -1;
            }
            byte[] data = Arrays.copyOf(buffer, Math.max(0, length));
            onTheWay.add(new Chunk(System.nanoTime() + nanosOneWay, ByteBuffer.wrap(data)));
        }
    }

    private static void deliver(BlockingQueue<Chunk> onTheWay, Socket to) {
        try (to) {
            OutputStream out = to.getOutputStream();
            while (true) {
                Chunk chunk = onTheWay.take();
                TimeUnit.NANOSECONDS.sleep(chunk.due() - System.nanoTime());
                if (!chunk.data().hasRemaining()) {
                    return;
                }
                out.write(chunk.data().array());
            }
        } catch (IOException cut) {
            // One side has ended, and so does the other.
        } catch (InterruptedException ending) {
            Thread.currentThread().interrupt();
        }
    }

    private static void start(Runnable work) {
        var thread = new Thread(work, "slow-link");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
