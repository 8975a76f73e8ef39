package dev.slipway.migrator.it;

import dev.slipway.testkit.postgres.TestDatabase;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;

/**
 * A proxy between a client and its database that counts round trips: how often the client sends after it has received
 * something. What the client writes at once has to fit into one read.
 */
final class CountedTurns implements AutoCloseable {
    private static final int BUFFER = 1 << 16;

    private final ServerSocket server;
    private final int databasePort;
    private final List<Socket> sockets = new ArrayList<>();
    private int turns;
    private boolean heard = true;

    CountedTurns(TestDatabase database) {
        this.databasePort = database.server().port();
        try {
            this.server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
        start(this::accept);
    }

    int port() {
        return server.getLocalPort();
    }

    synchronized int turns() {
        return turns;
    }

    private synchronized void clientSpoke() {
        if (heard) {
            turns++;
            heard = false;
        }
    }

    private synchronized void databaseSpoke() {
        heard = true;
    }

    private void accept() {
        try {
            while (true) {
                Socket client = keep(server.accept());
                Socket database = keep(new Socket(InetAddress.getLoopbackAddress(), databasePort));
                start(() -> pass(client, database, this::clientSpoke));
                start(() -> pass(database, client, this::databaseSpoke));
            }
        } catch (IOException closed) {
            // A closed socket is the normal end.
        }
    }

    private synchronized Socket keep(Socket socket) {
        sockets.add(socket);
        return socket;
    }

    private static void pass(Socket from, Socket to, Runnable spoke) {
        try (from;
                to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            byte[] buffer = new byte[BUFFER];
            for (int length; (length = in.read(buffer)) > 0; ) {
                spoke.run();
                out.write(buffer, 0, length);
            }
        } catch (IOException closed) {
            // One side has closed, so close the other.
        }
    }

    private static void start(Runnable work) {
        var thread = new Thread(work, "counted-turns");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() {
        try {
            server.close();
            for (Socket socket : List.copyOf(sockets)) {
                socket.close();
            }
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
