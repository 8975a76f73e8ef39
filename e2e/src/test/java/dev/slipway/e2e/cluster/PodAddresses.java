package dev.slipway.e2e.cluster;

import java.util.concurrent.atomic.AtomicInteger;

/** An address of its own for each pod, so that all can listen on the ports that their manifest names. */
final class PodAddresses {
    private static final AtomicInteger LAST = new AtomicInteger();

    private PodAddresses() {}

    /** 127.10.0.1 and on; all of 127.0.0.0/8 is this machine on Linux. */
    static String next() {
        int number = LAST.incrementAndGet();
        return "127.10." + (number >> 8) + "." + (number & 0xff);
    }
}
