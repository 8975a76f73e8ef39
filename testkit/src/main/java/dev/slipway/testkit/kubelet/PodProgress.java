package dev.slipway.testkit.kubelet;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import tools.jackson.databind.JsonNode;

/** What is known about a pod at this moment; threads that wait for a change of it wait here. Thread-safe. */
final class PodProgress {
    private final Lock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Map<String, ContainerStatus> initContainers = new LinkedHashMap<>();
    private final Map<String, ContainerStatus> containers = new LinkedHashMap<>();
    private PodStatus.Phase phase = PodStatus.Phase.PENDING;
    private boolean deleted;

    PodProgress(JsonNode spec) {
        spec.path("initContainers").forEach(each -> add(initContainers, each));
        spec.path("containers").forEach(each -> add(containers, each));
    }

    PodStatus status() {
        lock.lock();
        try {
            return new PodStatus(phase, List.copyOf(initContainers.values()), List.copyOf(containers.values()));
        } finally {
            lock.unlock();
        }
    }

    ContainerStatus container(String name) {
        return status().container(name).orElseThrow();
    }

    void update(String container, UnaryOperator<ContainerStatus> change) {
        change(() -> (initContainers.containsKey(container) ? initContainers : containers)
                .computeIfPresent(container, (name, status) -> change.apply(status)));
    }

    void phase(PodStatus.Phase next) {
        change(() -> phase = next);
    }

    void delete() {
        change(() -> deleted = true);
    }

    boolean isDeleted() {
        lock.lock();
        try {
            return deleted;
        } finally {
            lock.unlock();
        }
    }

    /** Returns when the time is over or the pod is deleted. */
    void pause(Duration duration) {
        await(() -> deleted, duration);
    }

    /** Whether the status came within the deadline. */
    boolean await(Predicate<PodStatus> wanted, Duration deadline) {
        return await(() -> wanted.test(status()), deadline);
    }

    private boolean await(BooleanSupplier condition, Duration deadline) {
        lock.lock();
        try {
            long left = deadline.toNanos();
            while (!condition.getAsBoolean() && left > 0) {
                left = changed.awaitNanos(left);
            }
            return condition.getAsBoolean();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for a pod", interrupted);
        } finally {
            lock.unlock();
        }
    }

    private void change(Runnable change) {
        lock.lock();
        try {
            change.run();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private static void add(Map<String, ContainerStatus> statuses, JsonNode container) {
        statuses.put(container.path("name").asString(), ContainerStatus.notStarted(container));
    }
}
