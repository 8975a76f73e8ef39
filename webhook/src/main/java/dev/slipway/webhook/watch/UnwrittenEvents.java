package dev.slipway.webhook.watch;

import dev.slipway.webhook.cluster.Pauses;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Events that the API server did not take, for another attempt after growing pauses. Of one Event only the newest state
 * is kept; of too many the oldest are given up, and so is what is too old to help. Not thread-safe.
 */
final class UnwrittenEvents {
    static final int MOST = 200;
    static final Duration MAX_AGE = Duration.ofMinutes(10);

    private final Map<String, EventBook.Entry> entries = new LinkedHashMap<>();
    private final Pauses backoff = new Pauses();
    private Instant due = Instant.MIN;

    /** @return after which pause it is due, with all others */
    Duration keep(EventBook.Entry entry, Instant now) {
        entries.remove(key(entry));
        entries.put(key(entry), entry);
        if (entries.size() > MOST) {
            entries.remove(entries.keySet().iterator().next());
        }
        if (!now.isBefore(due)) {
            due = now.plus(backoff.next());
        }
        return Duration.between(now, due);
    }

    /** It needs no other attempt: it is written, or never will be. */
    void remove(EventBook.Entry entry) {
        entries.remove(key(entry));
        if (entries.isEmpty()) {
            backoff.reset();
            due = Instant.MIN;
        }
    }

    /** What is to be tried now, the oldest first; empty during a pause. */
    List<EventBook.Entry> due(Instant now) {
        Collection<EventBook.Entry> kept = entries.values();
        kept.removeIf(entry -> entry.newest().at().plus(MAX_AGE).isBefore(now));
        return now.isBefore(due) ? List.of() : List.copyOf(kept);
    }

    private static String key(EventBook.Entry entry) {
        return entry.namespace() + "/" + entry.name();
    }
}
