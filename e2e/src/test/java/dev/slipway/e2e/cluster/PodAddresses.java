package dev.slipway.e2e.cluster;

import java.util.concurrent.atomic.AtomicInteger;

/** An address of its own for each pod, so that all can listen on the ports that their manifest names. */
final class PodAddresses {
    /** Which of the JVMs that share the module's tests this one is: 1 and on, or 0 if there are no others. */
    private static final int JVM = Integer.getInteger("slipway.fork", 0);

    private static final AtomicInteger LAST = new AtomicInteger();

    private PodAddresses() {}

    /** Of all pods on the host's network. */
    static String ofTheNode() {
        return "127." + (10 + JVM) + ".255.255";
    }

    /** 127.10.0.1 and on, 127.11.0.1 and on in the first of several JVMs; all of 127.0.0.0/8 is this machine on Linux. */
    static String next() {
        int number = LAST.incrementAndGet();
        return "127." + (10 + JVM) + "." + (number >> 8) + "." + (number & 0xff);
    }
}
