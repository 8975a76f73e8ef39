package dev.slipway.webhook.watch;

import dev.slipway.webhook.cluster.Pauses;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderCallbacks;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderElectionConfigBuilder;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderElector;
import io.fabric8.kubernetes.client.extended.leaderelection.resourcelock.LeaderElectionRecord;
import io.fabric8.kubernetes.client.extended.leaderelection.resourcelock.LeaseLock;
import io.fabric8.kubernetes.client.extended.leaderelection.resourcelock.Lock;
import java.net.HttpURLConnection;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Makes sure that at most one replica leads, by a Lease, until it is closed. A leader that dies is followed after 15 s
 * at most, one that is closed at once. Thread-safe.
 */
final class Leadership implements AutoCloseable {
    private static final Duration LEASE = Duration.ofSeconds(15);
    private static final Duration RENEW_WITHIN = Duration.ofSeconds(10);
    private static final Duration RETRY = Duration.ofSeconds(2);
    private static final Duration RELEASE_WITHIN = Duration.ofSeconds(3);

    private final ScheduledExecutorService worker = Executors.newSingleThreadScheduledExecutor(task -> {
        var thread = new Thread(task, "slipway-watch-lease");
        thread.setDaemon(true);
        return thread;
    });
    private final KubernetesClient client;
    private final Lock lock;
    private final LeaderCallbacks callbacks;
    private final Runnable release;
    private final WatchEvents events;
    private final Pauses backoff = new Pauses();
    private volatile boolean leads;
    private volatile boolean closed;
    private @Nullable Future<?> term;

    /**
     * @param identity of this process; two that run at the same time never have the same
     * @param release takes this replica's name out of the Lease
     * @param started this replica leads from here on; must return quickly, because the next one
     * @param stopped it does so no longer; may come more than once
     */
    Leadership(
            KubernetesClient client,
            String namespace,
            String identity,
            Runnable release,
            Runnable started,
            Runnable stopped,
            WatchEvents events) {
        this.client = client;
        this.events = events;
        this.release = release;
        this.lock = new ReportingLock(new LeaseLock(namespace, WatchLease.NAME, identity));
        this.callbacks = new LeaderCallbacks(() -> lead(started), () -> follow(stopped), leader -> {});
    }

    void start() {
        worker.execute(this::stand);
    }

    private void lead(Runnable started) {
        leads = true;
        started.run();
    }

    private void follow(Runnable stopped) {
        leads = false;
        stopped.run();
    }

    @SuppressWarnings("FutureReturnValueIgnored") // whatever ended the term, the next one comes
    private void stand() {
        var elector = new LeaderElector(
                client,
                new LeaderElectionConfigBuilder()
                        .withName("slipway-watch")
                        .withLock(lock)
                        .withLeaseDuration(LEASE)
                        .withRenewDeadline(RENEW_WITHIN)
                        .withRetryPeriod(RETRY)
                        .withReleaseOnCancel(true)
                        .withLeaderCallbacks(callbacks)
                        .build(),
                worker);
        var next = elector.start();
        term = next;
        next.whenComplete((over, failure) -> standLater(Duration.ZERO));
    }

    @SuppressWarnings("FutureReturnValueIgnored") // stand reports its failures itself
    private void standLater(Duration pause) {
        if (!closed) {
            worker.schedule(this::stand, pause.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    /** Gives the Lease up; another replica takes it at once. Blocks for a few seconds at most. */
    @Override
    public void close() {
        closed = true;
        try {
            worker.submit(this::endTerm).get(RELEASE_WITHIN.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException | RejectedExecutionException notReleased) {
            // It runs out by itself.
        } finally {
            worker.shutdownNow();
        }
    }

    private void endTerm() {
        Future<?> last = term;
        if (last != null) {
            last.cancel(true);
        }
    }

    /**
     * Counts failures. The elector tries on while it leads; before that, it would try every other second and log each
     * failure with its stack, so a failure ends its attempts there, and ours go on after growing pauses.
     */
    private final class ReportingLock implements Lock {
        private final Lock lease;

        ReportingLock(Lock lease) {
            this.lease = lease;
        }

        @Override
        public @Nullable LeaderElectionRecord get(KubernetesClient reader) {
            try {
                LeaderElectionRecord found = lease.get(reader);
                backoff.reset();
                return found;
            } catch (KubernetesClientException failure) {
                throw reported(failure);
            }
        }

        @Override
        public void create(KubernetesClient writer, LeaderElectionRecord leader) {
            try {
                lease.create(writer, leader);
            } catch (KubernetesClientException failure) {
                throw reported(failure);
            }
        }

        @Override
        public void update(KubernetesClient writer, LeaderElectionRecord leader) {
            try {
                if (leader.getHolderIdentity() == null) {
                    // The client's own update is a merge patch without nulls, which leaves the holder as it was.
                    release.run();
                } else {
                    lease.update(writer, leader);
                }
            } catch (KubernetesClientException failure) {
                throw reported(failure);
            }
        }

        private RuntimeException reported(KubernetesClientException failure) {
            if (closed || failure.getCode() == HttpURLConnection.HTTP_CONFLICT) {
                return failure;
            }
            if (leads) {
                events.failed("Lease not renewed", failure);
                return failure;
            }
            Duration pause = backoff.next();
            events.failed("Lease not taken", failure, pause);
            standLater(pause);
            return new CancellationException();
        }

        @Override
        public String identity() {
            return lease.identity();
        }

        @Override
        public String describe() {
            return lease.describe();
        }
    }
}
