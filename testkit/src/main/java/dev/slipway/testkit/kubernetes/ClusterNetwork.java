package dev.slipway.testkit.kubernetes;

import java.io.IOException;
import java.net.InetSocketAddress;

/**
 * Decides where a connection into the cluster ends. In a real cluster kube-proxy does this on every node; here it is
 * asked for each connection that the API server opens to a Service, that is, to a webhook.
 */
@FunctionalInterface
public interface ClusterNetwork {
    /** Nothing is reachable: the state of a cluster without nodes. */
    ClusterNetwork UNREACHABLE = address -> {
        throw new IOException("no route to " + address);
    };

    /**
     * The address to connect to instead.
     *
     * @param address the Service's cluster IP and port
     * @throws IOException if nothing serves it; the API server then sees a failed connection
     */
    InetSocketAddress route(InetSocketAddress address) throws IOException;
}
