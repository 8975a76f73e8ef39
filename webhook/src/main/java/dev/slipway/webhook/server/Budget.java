package dev.slipway.webhook.server;

import java.util.concurrent.atomic.AtomicInteger;

/** Counts what all event loops hold together, and refuses what is above the limits. Thread-safe. */
final class Budget {
    private final int maxRequests;
    private final int maxBytes;
    private final AtomicInteger requests = new AtomicInteger();
    private final AtomicInteger bytes = new AtomicInteger();

    Budget(int maxRequests, int maxBytes) {
        this.maxRequests = maxRequests;
        this.maxBytes = maxBytes;
    }

    boolean tryEnter() {
        return tryAdd(requests, 1, maxRequests);
    }

    boolean tryBuffer(int length) {
        return tryAdd(bytes, length, maxBytes);
    }

    /** @param buffered what this request got from {@link #tryBuffer} */
    void leave(int buffered) {
        requests.decrementAndGet();
        bytes.addAndGet(-buffered);
    }

    int requests() {
        return requests.get();
    }

    private static boolean tryAdd(AtomicInteger counter, int amount, int limit) {
        if (counter.addAndGet(amount) > limit) {
            counter.addAndGet(-amount);
            return false;
        }
        return true;
    }
}
