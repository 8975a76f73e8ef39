package dev.slipway.webhook.server;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFactory;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.ServerChannel;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.InternetProtocolFamily;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.vertx.core.net.SocketAddress;
import io.vertx.core.spi.transport.Transport;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The JDK's sockets, with a guard at the door: Vert.x reports a connection only after its TLS handshake; until
 * then each one costs memory that is not counted.
 */
public final class GuardedTransport implements io.vertx.core.transport.Transport {
    private final Connections connections;

    /** @param connections counts every connection that is accepted */
    public GuardedTransport(Connections connections) {
        this.connections = connections;
    }

    @Override
    public String name() {
        return "guarded";
    }

    @Override
    public boolean available() {
        return true;
    }

    @Override
    public @Nullable Throwable unavailabilityCause() {
        return null;
    }

    @Override
    public Transport implementation() {
        return new Sockets(NIO.implementation());
    }

    private final class Sockets implements Transport {
        private final Transport jdk;

        Sockets(Transport jdk) {
            this.jdk = jdk;
        }

        @Override
        public ChannelFactory<? extends ServerChannel> serverChannelFactory(boolean domainSocket) {
            return domainSocket ? jdk.serverChannelFactory(true) : Door::new;
        }

        @Override
        public java.net.SocketAddress convert(SocketAddress address) {
            return jdk.convert(address);
        }

        @Override
        public SocketAddress convert(java.net.SocketAddress address) {
            return jdk.convert(address);
        }

        @Override
        public IoHandlerFactory ioHandlerFactory() {
            return jdk.ioHandlerFactory();
        }

        @Override
        public DatagramChannel datagramChannel() {
            return jdk.datagramChannel();
        }

        @Override
        @SuppressWarnings("deprecation") // the only form that there is
        public DatagramChannel datagramChannel(InternetProtocolFamily family) {
            return jdk.datagramChannel(family);
        }

        @Override
        public ChannelFactory<? extends Channel> channelFactory(boolean domainSocket) {
            return jdk.channelFactory(domainSocket);
        }
    }

    private final class Door extends NioServerSocketChannel {
        @Override
        protected int doReadMessages(List<Object> accepted) throws Exception {
            int before = accepted.size();
            int count = super.doReadMessages(accepted);
            if (accepted.size() > before && accepted.get(before) instanceof NioSocketChannel socket && !enter(socket)) {
                accepted.remove(before);
                socket.unsafe().closeForcibly();
            }
            return count;
        }

        @SuppressWarnings("FutureReturnValueIgnored") // Netty's promise is the future itself
        private boolean enter(NioSocketChannel socket) {
            var remote = socket.remoteAddress();
            int port = localAddress().getPort();
            if (remote == null) {
                // It is closed already; the next read shows that.
                return true;
            }
            boolean entered = connections.accepted(remote, port, socket::close);
            if (entered) {
                socket.closeFuture().addListener(closed -> connections.gone(remote, port));
            }
            return entered;
        }
    }
}
