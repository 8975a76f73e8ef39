package dev.slipway.testkit.kubelet;

import dev.slipway.testkit.files.Folders;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import tools.jackson.databind.JsonNode;

/**
 * Runs pods. Thread-safe.
 *
 * <p>Application containers run if their image is known; the others count as running as soon as the init containers
 * are done, because starting applications is not what is tested.
 */
public final class Kubelet implements AutoCloseable {
    private final ClusterObjects objects;
    private final Map<String, LocalImage> images;
    private final Isolation isolation;
    private final Backoff backoff;
    private final Path folder;
    private final Set<PodRun> pods = ConcurrentHashMap.newKeySet();

    /**
     * @param images which parts of this machine stand for which image reference
     * @param backoff between the attempts of a failing container
     */
    public Kubelet(ClusterObjects objects, Map<String, LocalImage> images, Isolation isolation, Backoff backoff) {
        this.objects = objects;
        this.images = Map.copyOf(images);
        this.isolation = isolation;
        this.backoff = backoff;
        try {
            this.folder = Files.createTempDirectory("slipway-kubelet-");
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** With the best isolation of this machine and a quick back-off. */
    public Kubelet(ClusterObjects objects, Map<String, LocalImage> images) {
        this(objects, images, Isolation.best(), Backoff.QUICK);
    }

    public Isolation isolation() {
        return isolation;
    }

    /** Starts a pod and returns at once. */
    public PodRun start(JsonNode pod) {
        return start(pod, PodObserver.NONE);
    }

    /** Starts a pod and returns at once; the observer sees everything from the first status on. */
    public PodRun start(JsonNode pod, PodObserver observer) {
        try {
            Path podFolder = Files.createTempDirectory(folder, "pod-");
            var containers = new Containers(pod, podFolder, objects, images, isolation);
            var run = new PodRun(pod, containers, backoff, observer);
            pods.add(run);
            run.begin();
            return run;
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** Kills what still runs, without a grace period, and deletes all volumes. */
    @Override
    public void close() {
        pods.forEach(PodRun::close);
        Folders.delete(folder);
    }
}
