package dev.slipway.webhook.server;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The memory that is held for clients which have not done their part yet: bodies that are not whole, and answers that
 * are not read. When there is too much of it, the oldest of whichever source holds most gives way, so that waiting
 * costs the client that causes it, and never the next one. Thread-safe.
 */
final class Holdings {
    /** A request without a body has a cost too: stream, headers, timer. */
    static final int EACH = 4 * 1024;

    /** One request. */
    interface Holder {
        /** Whose share it counts towards. */
        Object source();

        /** Ends it; may be called by any thread, must return at once. */
        void giveWay();
    }

    private static final class Share {
        long bytes;
        final Map<Holder, Long> oldestFirst = new LinkedHashMap<>();
    }

    private final long most;
    private final Map<Object, Share> shares = new HashMap<>();
    private long held;

    /** @param most bytes for all together */
    Holdings(long most) {
        this.most = most;
    }

    /** Adds to what is held for this request; ends others, or this one, if that is too much. */
    void hold(Holder holder, long bytes) {
        add(holder, bytes).forEach(Holder::giveWay);
    }

    private synchronized List<Holder> add(Holder holder, long bytes) {
        Share share = shares.computeIfAbsent(holder.source(), source -> new Share());
        share.bytes += bytes;
        share.oldestFirst.merge(holder, bytes, Long::sum);
        held += bytes;
        var gone = new ArrayList<Holder>();
        while (held > most) {
            Holder victim = largest().oldestFirst.keySet().iterator().next();
            release(victim);
            gone.add(victim);
        }
        return gone;
    }

    private Share largest() {
        return shares.values().stream()
                .max(Comparator.comparingLong(share -> share.bytes))
                .orElseThrow();
    }

    /** Nothing is held for this request any more. */
    synchronized void release(Holder holder) {
        Share share = shares.get(holder.source());
        Long bytes = share == null ? null : share.oldestFirst.remove(holder);
        if (share != null && bytes != null) {
            held -= bytes;
            share.bytes -= bytes;
            if (share.oldestFirst.isEmpty()) {
                shares.remove(holder.source());
            }
        }
    }

    synchronized long held() {
        return held;
    }
}
