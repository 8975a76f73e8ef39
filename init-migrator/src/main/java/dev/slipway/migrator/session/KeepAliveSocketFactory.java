package dev.slipway.migrator.session;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.Set;
import javax.net.SocketFactory;
import jdk.net.ExtendedSocketOptions;

/**
 * Sockets whose kernel notices within half a minute that the server, its node or the network is gone. The JDBC driver
 * turns keepalive on, but leaves its timing to the system, and Linux sends its first probe after two hours. A read
 * timeout is no alternative, because a statement may run for hours.
 *
 * <p>The driver finds this class by its name.
 */
public final class KeepAliveSocketFactory extends SocketFactory {
    private static final int IDLE_SECONDS = 10;
    private static final int INTERVAL_SECONDS = 5;
    private static final int PROBES = 3;

    /** Called by the driver, which connects the socket itself. */
    public KeepAliveSocketFactory() {}

    @Override
    public Socket createSocket() throws IOException {
        var socket = new Socket();
        Set<?> supported = socket.supportedOptions();
        if (supported.contains(ExtendedSocketOptions.TCP_KEEPIDLE)) {
            socket.setOption(ExtendedSocketOptions.TCP_KEEPIDLE, IDLE_SECONDS);
            socket.setOption(ExtendedSocketOptions.TCP_KEEPINTERVAL, INTERVAL_SECONDS);
            socket.setOption(ExtendedSocketOptions.TCP_KEEPCOUNT, PROBES);
        }
        return socket;
    }

    @Override
    public Socket createSocket(String host, int port) throws IOException {
        throw connectedByTheDriver();
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress localAddress, int localPort) throws IOException {
        throw connectedByTheDriver();
    }

    @Override
    public Socket createSocket(InetAddress host, int port) throws IOException {
        throw connectedByTheDriver();
    }

    @Override
    public Socket createSocket(InetAddress host, int port, InetAddress localAddress, int localPort) throws IOException {
        throw connectedByTheDriver();
    }

    private static IOException connectedByTheDriver() {
        return new IOException("the JDBC driver connects its sockets itself");
    }
}
