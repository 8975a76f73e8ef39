package dev.slipway.webhook.server;

import io.vertx.core.http.HttpConnection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The open connections of one event loop, so that those can be closed that occupy a place without sending a request,
 * byte by byte included. Not thread-safe: each event loop has its own.
 */
final class Connections {
    private final ServerLimits limits;
    private final Map<HttpConnection, State> open = new HashMap<>();

    private static final class State {
        int active;
        long deadlineNanos;
    }

    Connections(ServerLimits limits) {
        this.limits = limits;
    }

    /** False where there are too many; the caller closes it. */
    boolean opened(HttpConnection connection, long nowNanos) {
        if (open.size() >= limits.maxConnections()) {
            return false;
        }
        var state = new State();
        state.deadlineNanos = nowNanos + limits.headerTimeout().toNanos();
        open.put(connection, state);
        return true;
    }

    void closed(HttpConnection connection) {
        open.remove(connection);
    }

    void requestStarted(HttpConnection connection) {
        State state = open.get(connection);
        if (state != null) {
            state.active++;
        }
    }

    void requestEnded(HttpConnection connection, long nowNanos) {
        State state = open.get(connection);
        if (state != null) {
            state.active--;
            state.deadlineNanos = nowNanos + limits.idleTimeout().toNanos();
        }
    }

    /** Those that wait for a request that does not come. */
    List<HttpConnection> overdue(long nowNanos) {
        return open.entrySet().stream()
                .filter(entry -> entry.getValue().active == 0 && entry.getValue().deadlineNanos - nowNanos < 0)
                .map(Map.Entry::getKey)
                .toList();
    }
}
