package dev.slipway.webhook.watch;

import dev.slipway.webhook.cluster.Pauses;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Takes part in the election of the one replica that watches, and watches while it leads, until it is closed. Two
 * daemon threads do all of it; a failure here does not affect admissions. Thread-safe.
 */
public final class MigrationWatch implements AutoCloseable {
    private static final Duration LOOK = Duration.ofSeconds(2);
    private static final Duration END_WITHIN = Duration.ofSeconds(2);

    private final ScheduledExecutorService worker = Executors.newSingleThreadScheduledExecutor(task -> {
        var thread = new Thread(task, "slipway-watch");
        thread.setDaemon(true);
        return thread;
    });
    private final KubernetesClient client;
    private final Clock clock;
    private final MigrationMetrics metrics;
    private final WatchEvents events;
    private final WatchLease lease;
    private final WorkloadLookup lookup;
    private final String identity;
    private final Leadership leadership;
    private final Pauses backoff = new Pauses();
    private volatile boolean leads;
    private volatile int pods;
    private @Nullable LeaderTerm term;
    private @Nullable PodInformer informer;

    private MigrationWatch(
            KubernetesClient client, String namespace, String identity, Clock clock, MeterRegistry meters) {
        this.client = client;
        this.clock = clock;
        this.identity = identity;
        this.metrics = new MigrationMetrics(meters, clock);
        this.events = new WatchEvents(meters, () -> pods);
        this.lease = new WatchLease(client, namespace, identity);
        this.lookup = new WorkloadLookup(client);
        this.leadership =
                new Leadership(client, namespace, identity, lease::release, this::elected, this::dismissed, events);
    }

    /**
     * Starts and returns at once.
     *
     * @param client stays open, the caller closes it after this
     * @param namespace of the Lease
     * @param identity of this process; two that run at the same time never have the same
     */
    public static MigrationWatch start(
            KubernetesClient client, String namespace, String identity, Clock clock, MeterRegistry meters) {
        var watch = new MigrationWatch(client, namespace, identity, clock, meters);
        watch.everyFewSeconds();
        watch.leadership.start();
        return watch;
    }

    @SuppressWarnings("FutureReturnValueIgnored") // guarded reports what fails
    private void everyFewSeconds() {
        worker.scheduleWithFixedDelay(guarded(this::look), LOOK.toMillis(), LOOK.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void elected() {
        leads = true;
        submit(this::begin);
    }

    private void dismissed() {
        leads = false;
        submit(this::end);
    }

    private void begin() {
        if (!leads || term != null) {
            return;
        }
        try {
            Instant countedUntil = lease.countedUntil(clock.instant());
            var recorder = new EventRecorder(client, identity, events, clock);
            var next = new LeaderTerm(
                    lookup, lease, recorder, metrics, events, clock, countedUntil, this::tellIn, () -> leads);
            term = next;
            informer = new PodInformer(
                    client,
                    pod -> submit(() -> inTerm(next, () -> next.seen(pod))),
                    uid -> submit(() -> inTerm(next, () -> next.gone(uid))),
                    failure -> events.failed("pods not listed or watched", failure));
            backoff.reset();
            events.started(countedUntil.toString());
        } catch (RuntimeException failure) {
            end();
            Duration pause = backoff.next();
            events.failed("watch not begun", failure, pause);
            submitIn(pause, this::begin);
        }
    }

    /** An informer that was stopped may still deliver something. */
    private void inTerm(LeaderTerm asked, Runnable work) {
        if (term == asked) {
            work.run();
            pods = asked.pods();
        }
    }

    private void look() {
        LeaderTerm current = term;
        if (current != null) {
            current.look();
        }
    }

    private void tellIn(Duration pause) {
        LeaderTerm current = term;
        submitIn(pause, () -> {
            if (current != null && term == current) {
                current.tell();
            }
        });
    }

    private void end() {
        PodInformer last = informer;
        informer = null;
        term = null;
        pods = 0;
        if (last != null) {
            last.close();
        }
        metrics.clear();
        events.stopped();
    }

    /** Stops watching, then gives up the Lease, so that another replica goes on at once. Blocks for 5 s at most. */
    @Override
    public void close() {
        leads = false;
        try {
            worker.submit(guarded(this::end)).get(END_WITHIN.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException | RejectedExecutionException busy) {
            // The thread is a daemon, and what it still writes is what it would have written before.
        } finally {
            worker.shutdownNow();
            leadership.close();
        }
    }

    private void submit(Runnable work) {
        submitIn(Duration.ZERO, work);
    }

    @SuppressWarnings("FutureReturnValueIgnored") // guarded reports what fails
    private void submitIn(Duration pause, Runnable work) {
        try {
            worker.schedule(guarded(work), pause.toMillis(), TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException closed) {
            // What comes after the end does not matter.
        }
    }

    /** A pod that cannot be processed must not end the watch of all others. */
    private Runnable guarded(Runnable work) {
        return () -> {
            try {
                work.run();
            } catch (RuntimeException failure) {
                events.failed("watch stumbled", failure);
            }
        };
    }
}
