package dev.slipway.webhook.server;

import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A queue in which sources take turns, and within a source its connections. Not thread-safe.
 *
 * @param <T> what waits
 */
final class Turns<T> {
    private static final class Source<T> {
        final Map<Object, Deque<T>> connections = new LinkedHashMap<>();
        int size;
    }

    private final Map<Object, Source<T>> sources = new LinkedHashMap<>();
    private int size;

    void add(Object source, Object connection, T entry) {
        Source<T> from = sources.computeIfAbsent(source, first -> new Source<>());
        from.connections
                .computeIfAbsent(connection, first -> new ArrayDeque<>())
                .addLast(entry);
        from.size++;
        size++;
    }

    int size() {
        return size;
    }

    /** Whose turn it is; null if nothing waits. */
    @Nullable
    T peek() {
        return size == 0
                ? null
                : first(first(sources).getValue().connections).getValue().getFirst();
    }

    /** Takes out what {@link #peek} showed; its source and its connection go to the end. */
    void remove() {
        var source = first(sources);
        var connection = first(source.getValue().connections);
        connection.getValue().removeFirst();
        source.getValue().connections.remove(connection.getKey());
        if (!connection.getValue().isEmpty()) {
            source.getValue().connections.put(connection.getKey(), connection.getValue());
        }
        sources.remove(source.getKey());
        removed(source.getKey(), source.getValue());
    }

    /** Takes out what came last, of the longest connection of the source that has most. */
    T removeLastOfTheLongest() {
        var source = sources.entrySet().stream()
                .max(Comparator.comparingInt(entry -> entry.getValue().size))
                .orElseThrow();
        var connection = source.getValue().connections.entrySet().stream()
                .max(Comparator.comparingInt(entry -> entry.getValue().size()))
                .orElseThrow();
        T last = connection.getValue().removeLast();
        if (connection.getValue().isEmpty()) {
            source.getValue().connections.remove(connection.getKey());
        }
        if (source.getValue().size == 1) {
            sources.remove(source.getKey());
        }
        removed(source.getKey(), source.getValue());
        return last;
    }

    private void removed(Object key, Source<T> source) {
        source.size--;
        size--;
        if (source.size > 0) {
            sources.putIfAbsent(key, source);
        }
    }

    private static <K, V> Map.Entry<K, V> first(Map<K, V> map) {
        return map.entrySet().iterator().next();
    }
}
