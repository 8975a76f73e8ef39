package dev.slipway.testkit.kubernetes;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;

/** Ports that were free a moment ago, for programs that cannot pick one themselves. */
final class FreePorts {
    private FreePorts() {}

    /** Different ports on 127.0.0.1. All are held until the last one is found, so that none comes twice. */
    static int[] find(int count) {
        var sockets = new ServerSocket[count];
        var ports = new int[count];
        try {
            for (int index = 0; index < count; index++) {
                sockets[index] = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                ports[index] = sockets[index].getLocalPort();
            }
            for (ServerSocket socket : sockets) {
                socket.close();
            }
            return ports;
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
