package dev.slipway.e2e.cluster;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Asks the API server again and again to admit a pod (as a dry run, which calls webhooks like any other creation), and
 * counts. Each request goes from the API server to whichever replica the Service leads to at that moment.
 */
public final class AdmissionLoad implements AutoCloseable {
    private static final long PAUSE_MILLIS = 50;

    private final KubernetesClient client;
    private final Pod pod;
    private final AtomicLong admitted = new AtomicLong();
    private final List<String> failures = new CopyOnWriteArrayList<>();
    private final Thread thread = new Thread(this::run, "admission-load");
    private volatile boolean closed;

    private AdmissionLoad(KubernetesClient client, Pod pod) {
        this.client = client;
        this.pod = pod;
    }

    public static AdmissionLoad start(KubernetesClient client, Pod pod) {
        var load = new AdmissionLoad(client, pod);
        load.thread.setDaemon(true);
        load.thread.start();
        return load;
    }

    /** How many pods came back with our containers. */
    public long admitted() {
        return admitted.get();
    }

    /** What the API server said of each that did not. */
    public List<String> failures() {
        return List.copyOf(failures);
    }

    private void run() {
        while (!closed) {
            try {
                Pod created = client.resource(pod).dryRun().create();
                if (created.getSpec().getInitContainers().isEmpty()) {
                    failures.add("admitted without our containers");
                } else {
                    admitted.incrementAndGet();
                }
                TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
            } catch (KubernetesClientException refused) {
                failures.add(String.valueOf(refused.getMessage()));
            } catch (InterruptedException stopped) {
                return;
            }
        }
    }

    /** Ends after the request that is under way. */
    @Override
    public void close() {
        closed = true;
        try {
            thread.join(TimeUnit.SECONDS.toMillis(60));
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
