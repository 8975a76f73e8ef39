package dev.slipway.webhook.certificates;

import dev.slipway.webhook.cluster.Pauses;
import io.fabric8.kubernetes.client.Watch;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import io.fabric8.kubernetes.client.dsl.Watchable;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Says that one object has changed, never how: the receiver reads it again. So nothing is lost if a watch breaks and
 * a new one takes its place, and the right to list is not needed. Thread-safe.
 *
 * @param <T> the type of the object
 */
final class ObjectWatch<T> implements Watcher<T>, AutoCloseable {
    private final Watchable<T> object;
    private final ScheduledExecutorService worker;
    private final Runnable changed;
    private final Pauses backoff = new Pauses();
    private @Nullable Watch open;
    private boolean closed;

    /**
     * @param worker opens the watch, and opens it again after a pause if it could not be opened or has broken
     * @param changed called for each event and after each opening
     */
    ObjectWatch(Watchable<T> object, ScheduledExecutorService worker, Runnable changed) {
        this.object = object;
        this.worker = worker;
        this.changed = changed;
    }

    /** Opens the watch and keeps it open. Returns at once. */
    void start() {
        worker.execute(this::open);
    }

    @Override
    public void eventReceived(Action action, T ignored) {
        changed.run();
    }

    @Override
    public void onClose() {
        openLater();
    }

    @Override
    public void onClose(WatcherException broken) {
        openLater();
    }

    @Override
    public void close() {
        Watch last = markClosed();
        if (last != null) {
            last.close();
        }
    }

    private synchronized @Nullable Watch markClosed() {
        closed = true;
        return open;
    }

    private synchronized void open() {
        if (closed) {
            return;
        }
        try {
            open = object.watch(this);
            backoff.reset();
            changed.run();
        } catch (RuntimeException unreachable) {
            // The looks that go on meanwhile fail for the same reason, and say so.
            openLater();
        }
    }

    @SuppressWarnings("FutureReturnValueIgnored") // open deals with its failures itself
    private synchronized void openLater() {
        if (!closed && !worker.isShutdown()) {
            worker.schedule(this::open, backoff.next().toMillis(), TimeUnit.MILLISECONDS);
        }
    }
}
