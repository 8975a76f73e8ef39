package dev.slipway.webhook.server;

import io.vertx.core.http.HttpConnection;
import io.vertx.core.net.SocketAddress;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The open connections of all event loops, from the moment they are accepted. When there are too many, one of the
 * source that has most gives way: first those that have not asked for anything for a while, then those whose request
 * has not been whole for as long; then the oldest idle one or the oldest newcomer, whichever there are more of, so that
 * neither a crowd of idle connections keeps new ones from their handshake nor the reverse. A source that takes all
 * places loses them to the next one that comes, and a connection whose review is being decided is never cut.
 * Thread-safe.
 */
public final class Connections {
    private static final long LINGER_MILLIS = 1_000;
    /** Enough for a handshake and the first request of a control plane. */
    private static final long NEW_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** One connection. Its fields belong to the lock of {@link Connections}. */
    static final class Entry {
        private final Object source;
        private Runnable end;
        private @Nullable Object owner;
        private long since;
        private long deadline;
        private int incomplete;
        private int whole;
        private boolean served;

        private Entry(Object source, Runnable end, long now) {
            this.source = source;
            this.end = end;
            this.since = now;
            this.deadline = Long.MAX_VALUE;
        }

        /** Equal for all connections from one place. */
        Object source() {
            return source;
        }

        private boolean isActive() {
            return incomplete + whole > 0;
        }

        private boolean isIdle() {
            return served && !isActive();
        }

        private boolean isOverdue(long now) {
            return !isIdle() && now - since > NEW_NANOS;
        }
    }

    private final int most;
    private final Map<String, Entry> open = new HashMap<>();

    /** @param limits of the server behind it */
    public Connections(ServerLimits limits) {
        this.most = limits.maxConnections();
    }

    /**
     * A new connection, before its first byte.
     *
     * @param end closes it; may be called by any thread
     * @return false if there is no place for it; the caller closes it
     */
    boolean accepted(InetSocketAddress remote, int localPort, Runnable end) {
        Optional<Entry> victim;
        synchronized (this) {
            victim = open.size() < most ? Optional.empty() : victim(System.nanoTime());
            if (open.size() >= most && victim.isEmpty()) {
                return false;
            }
            victim.ifPresent(open.values()::remove);
            open.put(key(remote, localPort), new Entry(source(remote.getAddress()), end, System.nanoTime()));
        }
        victim.ifPresent(entry -> entry.end.run());
        return true;
    }

    synchronized void gone(InetSocketAddress remote, int localPort) {
        open.remove(key(remote, localPort));
    }

    private Optional<Entry> victim(long now) {
        var sources = new HashMap<Object, List<Entry>>();
        open.values().stream()
                .filter(entry -> entry.whole == 0)
                .forEach(entry -> sources.computeIfAbsent(entry.source, source -> new ArrayList<>())
                        .add(entry));
        return sources.values().stream()
                .max(Comparator.comparingInt(List::size))
                .flatMap(entries -> victim(entries, now));
    }

    private static Optional<Entry> victim(List<Entry> entries, long now) {
        long idle = entries.stream().filter(Entry::isIdle).count();
        long overdue = entries.stream().filter(entry -> entry.isOverdue(now)).count();
        boolean idleFirst = idle >= entries.size() - idle - overdue;
        return entries.stream()
                .min(Comparator.<Entry>comparingInt(entry -> rank(entry, idleFirst, now))
                        .thenComparingLong(entry -> entry.since));
    }

    /** Who goes first. */
    private static int rank(Entry entry, boolean idleFirst, long now) {
        if (entry.isOverdue(now)) {
            return entry.incomplete > 0 ? 1 : 0;
        }
        return entry.isIdle() == idleFirst ? 2 : 3;
    }

    /** A connection whose handshake is over, on the event loop of its owner. */
    synchronized Entry secured(HttpConnection connection, Object owner, ServerLimits limits) {
        long now = System.nanoTime();
        Entry entry = open.computeIfAbsent(key(connection), key -> new Entry(source(connection), () -> {}, now));
        entry.owner = owner;
        entry.end = () -> connection.shutdown(LINGER_MILLIS, TimeUnit.MILLISECONDS);
        entry.deadline = now + limits.headerTimeout().toNanos();
        return entry;
    }

    synchronized void closed(HttpConnection connection) {
        open.remove(key(connection));
    }

    /** @return how many this connection has at a time */
    synchronized int requestStarted(Entry entry) {
        entry.incomplete++;
        entry.since = System.nanoTime();
        return entry.incomplete + entry.whole;
    }

    synchronized void requestWhole(Entry entry) {
        entry.incomplete--;
        entry.whole++;
    }

    /** @param wasWhole whether {@link #requestWhole} was called */
    synchronized void requestEnded(Entry entry, boolean wasWhole, ServerLimits limits) {
        if (wasWhole) {
            entry.whole--;
            entry.served = true;
        } else {
            entry.incomplete--;
        }
        entry.since = System.nanoTime();
        entry.deadline = entry.since + limits.idleTimeout().toNanos();
    }

    /** Closes those of this owner that wait for a request which does not come. */
    void closeOverdue(Object owner, long now) {
        var overdue = new ArrayList<Entry>();
        synchronized (this) {
            for (Entry entry : open.values()) {
                if (entry.owner == owner && !entry.isActive() && entry.deadline - now < 0) {
                    overdue.add(entry);
                }
            }
        }
        overdue.forEach(entry -> entry.end.run());
    }

    synchronized int size() {
        return open.size();
    }

    private static String key(InetSocketAddress remote, int localPort) {
        return remote.getAddress().getHostAddress() + ' ' + remote.getPort() + ' ' + localPort;
    }

    private static String key(HttpConnection connection) {
        SocketAddress remote = connection.remoteAddress();
        return remote.hostAddress()
                + ' '
                + remote.port()
                + ' '
                + connection.localAddress().port();
    }

    private static Object source(HttpConnection connection) {
        return connection.remoteAddress().hostAddress();
    }

    /** A client with one IPv6 address has the other 2^64 of its network as well. */
    private static Object source(InetAddress address) {
        byte[] bytes = address.getAddress();
        return bytes.length == 4 ? address.getHostAddress() : HexFormat.of().formatHex(bytes, 0, 8);
    }
}
