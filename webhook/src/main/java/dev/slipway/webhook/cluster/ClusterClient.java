package dev.slipway.webhook.cluster;

import dev.slipway.webhook.log.EventLog;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * A client of the API server that is known to be alive: it asks a small question again and again, and a client that
 * gets no answer for long is replaced by a new one. A client can break by an error in one of its threads; every later
 * request then fails, or never ends, and nothing else would detect it. Thread-safe.
 */
public final class ClusterClient implements AutoCloseable {
    private static final EventLog LOG = new EventLog(ClusterClient.class);
    private static final Duration INTERVAL = Duration.ofSeconds(15);
    /** Several questions in a row, each of which had ten seconds. */
    private static final Duration DEAD = Duration.ofSeconds(60);
    /** If this many in a row get no answers, the client is not the cause. */
    private static final int CLIENTS = 5;

    private final Supplier<KubernetesClient> connect;
    private final Duration interval;
    private final Duration dead;
    private final ScheduledExecutorService clock = daemon("slipway-api-client");
    private final ScheduledExecutorService asker = daemon("slipway-api-question");
    private volatile KubernetesClient client;
    private volatile long lastAnswer = System.nanoTime();
    private volatile long begun = System.nanoTime();
    private Optional<Future<?>> question = Optional.empty();

    /** @param connect makes a client, and another one when that has died */
    public ClusterClient(Supplier<KubernetesClient> connect) {
        this(connect, INTERVAL, DEAD);
    }

    ClusterClient(Supplier<KubernetesClient> connect, Duration interval, Duration dead) {
        this.connect = connect;
        this.interval = interval;
        this.dead = dead;
        this.client = connect.get();
    }

    /** The client of this moment; it is closed here. */
    public KubernetesClient get() {
        return client;
    }

    /**
     * Begins to look after the client.
     *
     * @param replaced called when there is a successor, on a thread that may block; the former client is closed after
     *     that
     */
    @SuppressWarnings("FutureReturnValueIgnored") // look reports its failures itself
    public void start(Runnable replaced) {
        lastAnswer = System.nanoTime();
        begun = lastAnswer;
        clock.scheduleWithFixedDelay(
                () -> look(replaced), interval.toMillis(), interval.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Says that the API server has not answered for long, although the client was replaced; empty if all is well. */
    public Optional<String> problem() {
        Duration since = since(lastAnswer);
        return since.compareTo(dead.multipliedBy(CLIENTS)) <= 0
                ? Optional.empty()
                : Optional.of("the API server has not answered this replica for " + since.toSeconds() + " s");
    }

    private synchronized void look(Runnable replaced) {
        try {
            if (since(Math.max(lastAnswer, begun)).compareTo(dead) > 0) {
                replace(replaced);
            }
            if (question.filter(asked -> !asked.isDone()).isEmpty()) {
                question = Optional.of(asker.submit(this::ask));
            }
        } catch (RuntimeException failure) {
            LOG.warn("client of the API server not replaced", Map.of("problem", String.valueOf(failure.getMessage())));
        }
    }

    private void ask() {
        try {
            client.getKubernetesVersion();
            lastAnswer = System.nanoTime();
        } catch (KubernetesClientException refused) {
            if (refused.getCode() > 0) {
                lastAnswer = System.nanoTime();
            }
        }
    }

    private void replace(Runnable replaced) {
        LOG.warn(
                "client of the API server replaced, it gets no answers",
                Map.of("seconds", since(lastAnswer).toSeconds()));
        begun = System.nanoTime();
        KubernetesClient former = client;
        client = connect.get();
        question.ifPresent(asked -> asked.cancel(true));
        question = Optional.empty();
        try {
            replaced.run();
        } finally {
            former.close();
        }
    }

    private static Duration since(long nanos) {
        return Duration.ofNanos(System.nanoTime() - nanos);
    }

    private static ScheduledExecutorService daemon(String name) {
        return Executors.newSingleThreadScheduledExecutor(task -> {
            var thread = new Thread(task, name);
            thread.setDaemon(true);
            return thread;
        });
    }

    @Override
    public void close() {
        clock.shutdownNow();
        asker.shutdownNow();
        client.close();
    }
}
