package dev.slipway.testkit.kubelet;

import dev.slipway.testkit.process.ProcessResult;
import dev.slipway.testkit.process.RunningProcess;
import dev.slipway.testkit.process.Signal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import tools.jackson.databind.JsonNode;

/** One pod on its way: its init containers one after the other, then the application's containers. Thread-safe. */
public final class PodRun implements AutoCloseable {
    private static final long GRACE_PERIOD_SECONDS = 30;

    private final JsonNode pod;
    private final Containers containers;
    private final Backoff backoff;
    private final PodObserver observer;
    private final PodProgress progress;
    private final Map<String, RunningProcess> processes = new ConcurrentHashMap<>();
    private final List<Thread> threads = new CopyOnWriteArrayList<>();

    PodRun(JsonNode pod, Containers containers, Backoff backoff, PodObserver observer) {
        this.pod = pod.deepCopy();
        this.containers = containers;
        this.backoff = backoff;
        this.observer = observer;
        this.progress = new PodProgress(pod.path("spec"));
    }

    void begin() {
        inBackground("init", this::runInitContainers);
    }

    /** A copy of the pod as it was given. */
    public JsonNode pod() {
        return pod.deepCopy();
    }

    public String name() {
        return PodFields.name(pod);
    }

    public PodStatus status() {
        return progress.status();
    }

    /** The process of a container, if one runs at this moment. */
    public Optional<RunningProcess> process(String container) {
        return Optional.ofNullable(processes.get(container)).filter(RunningProcess::isAlive);
    }

    /** Waits until every init container is done, or the pod has failed for good. */
    public PodStatus awaitInitialized(Duration deadline) {
        return await(status -> status.phase() != PodStatus.Phase.PENDING, deadline);
    }

    /**
     * Waits for a status.
     *
     * @throws AssertionError with the last status, if it does not come within the deadline
     */
    public PodStatus await(Predicate<PodStatus> wanted, Duration deadline) {
        if (!progress.await(wanted, deadline)) {
            throw new AssertionError(this + " did not get there within " + deadline.toSeconds() + " s; its status is "
                    + status().toJson().toPrettyString());
        }
        return status();
    }

    /**
     * As {@code kubectl delete pod}: SIGTERM, the pod's grace period, then SIGKILL. Returns when nothing runs any more;
     * the last status stays.
     */
    public void delete() {
        progress.delete();
        long grace = pod.path("spec").path("terminationGracePeriodSeconds").asLong(GRACE_PERIOD_SECONDS);
        long end = System.nanoTime() + Duration.ofSeconds(grace).toNanos();
        List<RunningProcess> running =
                processes.values().stream().filter(RunningProcess::isAlive).toList();
        running.forEach(each -> each.signal(Signal.TERM));
        for (RunningProcess each : running) {
            each.endsWithin(Duration.ofNanos(Math.max(0, end - System.nanoTime())));
        }
        close();
    }

    /** Kills what still runs, at once. */
    @Override
    public void close() {
        progress.delete();
        processes.values().forEach(RunningProcess::close);
        threads.forEach(PodRun::join);
    }

    @Override
    public String toString() {
        return "pod " + name();
    }

    private void runInitContainers() {
        for (JsonNode container : pod.path("spec").path("initContainers")) {
            if (isSidecar(container)) {
                inBackground(name(container), () -> keepRunning(container));
            } else if (!runToSuccess(container)) {
                return;
            }
        }
        progress.phase(PodStatus.Phase.RUNNING);
        observer.changed(this, status());
        pod.path("spec").path("containers").forEach(this::startApplication);
    }

    /** An init container whose own policy makes it stay. */
    private static boolean isSidecar(JsonNode container) {
        return container.path("restartPolicy").asString("").equals("Always");
    }

    private String podRestartPolicy() {
        return pod.path("spec").path("restartPolicy").asString("Always");
    }

    /** Whether the init container ended with 0, at last; if not, the pod has failed or was deleted. */
    private boolean runToSuccess(JsonNode container) {
        while (!progress.isDeleted()) {
            Optional<ContainerState.Terminated> ended = runOnce(container);
            if (ended.isPresent() && ended.get().exitCode() == 0) {
                return true;
            }
            if (ended.isPresent() && podRestartPolicy().equals("Never")) {
                progress.phase(PodStatus.Phase.FAILED);
                observer.changed(this, status());
                return false;
            }
            backOff(container, ended);
        }
        return false;
    }

    private void startApplication(JsonNode container) {
        if (containers.isKnown(container)) {
            inBackground(name(container), () -> keepRunning(container));
        } else {
            update(container, new ContainerState.Running(Instant.now()));
        }
    }

    /** Starts a sidecar or application container again whenever it ends, as far as its policy asks for that. */
    private void keepRunning(JsonNode container) {
        String policy = container.path("restartPolicy").asString(podRestartPolicy());
        while (!progress.isDeleted()) {
            Optional<ContainerState.Terminated> ended = runOnce(container);
            if (ended.isPresent() && isFinal(policy, ended.get())) {
                return;
            }
            backOff(container, ended);
        }
    }

    private static boolean isFinal(String policy, ContainerState.Terminated ended) {
        return policy.equals("Never") || (policy.equals("OnFailure") && ended.exitCode() == 0);
    }

    /** Empty if the container could not be started. */
    private Optional<ContainerState.Terminated> runOnce(JsonNode container) {
        try {
            Instant startedAt = Instant.now();
            Containers.Started started =
                    containers.start(container, line -> observer.printed(this, name(container), line));
            processes.put(name(container), started.process());
            if (progress.isDeleted()) {
                started.process().close();
            }
            update(container, new ContainerState.Running(startedAt));
            ContainerState.Terminated ended = awaitEnd(container, started, startedAt);
            update(container, ended);
            return Optional.of(ended);
        } catch (ContainerConfigException missing) {
            update(container, new ContainerState.Waiting(missing.reason(), missing.getMessage()));
            return Optional.empty();
        }
    }

    private static ContainerState.Terminated awaitEnd(
            JsonNode container, Containers.Started started, Instant startedAt) {
        ProcessResult result = started.process().awaitExit();
        String message = TerminationMessages.read(container, started.terminationLog(), result);
        String reason = result.exitCode() == 0 ? "Completed" : "Error";
        return new ContainerState.Terminated(result.exitCode(), reason, message, startedAt, Instant.now());
    }

    /** @param ended empty if the container could not be started, which is tried again at the same pace */
    private void backOff(JsonNode container, Optional<ContainerState.Terminated> ended) {
        Duration delay = backoff.after(progress.container(name(container)).restarts());
        if (ended.isPresent() && !progress.isDeleted()) {
            var waiting = new ContainerState.Waiting(
                    "CrashLoopBackOff",
                    "back-off " + delay.toMillis() + "ms restarting failed container=" + name(container));
            progress.update(name(container), status -> status.restarting(waiting, ended.get()));
            observer.changed(this, status());
        }
        progress.pause(delay);
    }

    private void update(JsonNode container, ContainerState state) {
        progress.update(name(container), status -> status.with(state));
        observer.changed(this, status());
    }

    private void inBackground(String what, Runnable work) {
        var thread = new Thread(work, name() + " " + what);
        thread.setDaemon(true);
        threads.add(thread);
        thread.start();
    }

    private static String name(JsonNode container) {
        return container.path("name").asString();
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
