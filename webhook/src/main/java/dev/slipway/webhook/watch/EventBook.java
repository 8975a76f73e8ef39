package dev.slipway.webhook.watch;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Decides what becomes of an occurrence: a new Event, one more on an Event that is there, or nothing for now. The same
 * cause on the same object is one Event with a count for an hour, and a workload with all its pods gets no more writes
 * than its budget allows; what is held back is in the count of the next write. Not thread-safe.
 */
final class EventBook {
    /** As long as API servers keep Events by default. */
    private static final Duration MEMORY = Duration.ofHours(1);

    private static final int MOST = 10_000;
    private static final int NAME_PREFIX = 200;

    private final Map<String, Entry> entries = new Recent<>();
    private final Map<String, WriteBudget> budgets = new Recent<>();

    /**
     * An Event as it should be now.
     *
     * @param name the same for every replica that reports this occurrence, so that a second attempt finds it there
     */
    record Entry(
            String namespace,
            ObjectReference object,
            String name,
            Occurrence newest,
            Instant first,
            int count,
            boolean isWritten) {
        Entry again(Occurrence occurrence) {
            return new Entry(namespace, object, name, occurrence, first, count + 1, isWritten);
        }

        Entry written() {
            return new Entry(namespace, object, name, newest, first, count, true);
        }
    }

    /** What to write for this occurrence on this object; empty if the workload has used up its budget. */
    Optional<Entry> add(Workload workload, ObjectReference object, Occurrence occurrence) {
        String key = object.uid() + " " + occurrence.reason() + " " + occurrence.cause();
        Entry known = entries.get(key);
        boolean isRecent = known != null && known.newest().at().plus(MEMORY).isAfter(occurrence.at());
        Entry entry = known != null && isRecent ? known.again(occurrence) : first(workload, object, key, occurrence);
        boolean allowed = budgets.computeIfAbsent(workload.object().uid(), uid -> new WriteBudget(occurrence.at()))
                .take(occurrence.at());
        entries.put(key, allowed ? entry.written() : entry);
        return allowed ? Optional.of(entry) : Optional.empty();
    }

    private static Entry first(Workload workload, ObjectReference object, String key, Occurrence occurrence) {
        String prefix = object.name().substring(0, Math.min(object.name().length(), NAME_PREFIX));
        String name = prefix + "." + hash(key + " " + occurrence.id());
        return new Entry(workload.namespace(), object, name, occurrence, occurrence.at(), 1, false);
    }

    private static String hash(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, 8);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** Forgets what has been silent for longest. */
    private static final class Recent<V> extends LinkedHashMap<String, V> {
        private static final long serialVersionUID = 1L;

        Recent() {
            super(16, 0.75f, true);
        }

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, V> eldest) {
            return size() > MOST;
        }
    }
}
