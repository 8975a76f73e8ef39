package dev.slipway.webhook.server;

import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Reviews that are too large for an event loop: a few threads of their own decide them, as many at a time as their
 * memory allows. Sources take turns, and so do the connections of each, so that many reviews of one do not hold up the
 * first of another. Thread-safe.
 */
final class LargeReviews implements AutoCloseable {
    /** A review of the most expensive kind takes a fraction of a second. */
    private static final Duration STUCK = Duration.ofSeconds(30);

    private static final Duration IDLE_THREAD = Duration.ofSeconds(30);

    /**
     * A review whose body is whole.
     *
     * @param connection of the source; they take turns as well
     * @param memory in bytes that it takes at most while it is decided
     * @param decide must not throw
     * @param refuse called instead, if there is no room; must return at once
     */
    record Review(Object source, Object connection, int bodyLength, long memory, Runnable decide, Runnable refuse) {}

    private final ThreadPoolExecutor threads;
    private final long mostMemory;
    private final int mostReviews;
    private final long mostBytes;
    private final Turns<Review> waiting = new Turns<>();
    private final Map<Thread, Long> runningSince = new HashMap<>();
    private long memory;
    private long bytes;

    /**
     * @param threads at most; they end when there is nothing to do
     * @param mostMemory of all that are being decided; one that takes more alone is decided alone
     * @param mostReviews that wait
     * @param mostBytes of the bodies that wait
     */
    LargeReviews(int threads, long mostMemory, int mostReviews, long mostBytes) {
        this.threads = new ThreadPoolExecutor(
                threads, threads, IDLE_THREAD.toSeconds(), TimeUnit.SECONDS, new LinkedBlockingQueue<>(), task -> {
                    var thread = new Thread(task, "slipway-large-review");
                    thread.setDaemon(true);
                    return thread;
                });
        this.threads.allowCoreThreadTimeOut(true);
        this.mostMemory = mostMemory;
        this.mostReviews = mostReviews;
        this.mostBytes = mostBytes;
    }

    /** Decides it when its turn has come, or refuses it, or another one of a source that has more of them waiting. */
    void submit(Review review) {
        enqueue(review).ifPresent(refused -> refused.refuse().run());
        threads.execute(this::runNext);
    }

    private synchronized Optional<Review> enqueue(Review review) {
        waiting.add(review.source(), review.connection(), review);
        bytes += review.bodyLength();
        if (waiting.size() <= mostReviews && bytes <= mostBytes) {
            return Optional.empty();
        }
        Review last = waiting.removeLastOfTheLongest();
        bytes -= last.bodyLength();
        return Optional.of(last);
    }

    private void runNext() {
        Review review = take();
        if (review == null) {
            return;
        }
        try {
            review.decide().run();
        } finally {
            done(review);
            // One that did not fit beside this one fits now.
            if (!threads.isShutdown()) {
                threads.execute(this::runNext);
            }
        }
    }

    private synchronized @Nullable Review take() {
        Review next = waiting.peek();
        if (next == null || (!runningSince.isEmpty() && memory + next.memory() > mostMemory)) {
            return null;
        }
        waiting.remove();
        bytes -= next.bodyLength();
        memory += next.memory();
        runningSince.put(Thread.currentThread(), System.nanoTime());
        return next;
    }

    private synchronized void done(Review review) {
        memory -= review.memory();
        runningSince.remove(Thread.currentThread());
    }

    /** Says that a review does not end; empty if all end. */
    synchronized Optional<String> problem() {
        long now = System.nanoTime();
        return runningSince.values().stream()
                .map(since -> Duration.ofNanos(now - since))
                .max(Comparator.naturalOrder())
                .filter(longest -> longest.compareTo(STUCK) > 0)
                .map(longest -> "a review has been running for " + longest.toSeconds() + " s");
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
