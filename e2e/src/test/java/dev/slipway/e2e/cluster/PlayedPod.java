package dev.slipway.e2e.cluster;

import dev.slipway.testkit.kubelet.ContainerState;
import dev.slipway.testkit.kubelet.ContainerStatus;
import dev.slipway.testkit.kubelet.PodRun;
import dev.slipway.testkit.kubelet.PodStatus;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.stream.StreamSupport;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A pod of the API server that runs here.
 *
 * @param address its own, on loopback
 */
record PlayedPod(JsonNode pod, String address, PodRun run, Instant startedAt, List<ReadinessProbe> probes) {
    static PlayedPod of(JsonNode pod, String address, PodRun run) {
        List<ReadinessProbe> probes = StreamSupport.stream(
                        pod.path("spec").path("containers").spliterator(), false)
                .map(container -> ReadinessProbe.of(container, address))
                .flatMap(Optional::stream)
                .toList();
        return new PlayedPod(pod, address, run, Instant.now().truncatedTo(ChronoUnit.SECONDS), probes);
    }

    String namespace() {
        return pod.path("metadata").path("namespace").asString();
    }

    String name() {
        return pod.path("metadata").path("name").asString();
    }

    String uid() {
        return pod.path("metadata").path("uid").asString();
    }

    /** Seconds between the request to delete the pod and SIGTERM. */
    long preStopSeconds() {
        return StreamSupport.stream(pod.path("spec").path("containers").spliterator(), false)
                .mapToLong(container ->
                        container.at("/lifecycle/preStop/sleep/seconds").asLong(0))
                .max()
                .orElse(0);
    }

    /** What the kubelet would report now. */
    ObjectNode status() {
        PodStatus status = run.status();
        ObjectNode json = (ObjectNode) status.toJson();
        json.put("podIP", address).put("hostIP", "127.0.0.1").put("startTime", startedAt.toString());
        json.putArray("podIPs").addObject().put("ip", address);
        Optional<String> end = endOf(status);
        end.ifPresent(phase -> json.put("phase", phase));
        if (end.isPresent() || !probesPass(status)) {
            setNotReady(json, end.isPresent());
        }
        return json;
    }

    private boolean probesPass(PodStatus status) {
        return status.initialized() && probes.stream().allMatch(ReadinessProbe::passes);
    }

    /** The kubelet player runs applications and leaves the end of a Job's pod to tests with a Job. */
    private Optional<String> endOf(PodStatus status) {
        boolean isOver = status.initialized()
                && !run.pod().path("spec").path("restartPolicy").asString().equals("Always")
                && status.containers().stream().allMatch(each -> each.state() instanceof ContainerState.Terminated);
        if (!isOver) {
            return Optional.empty();
        }
        return Optional.of(status.containers().stream().allMatch(ContainerStatus::succeeded) ? "Succeeded" : "Failed");
    }

    private static void setNotReady(ObjectNode status, boolean completed) {
        for (JsonNode condition : status.withArray("conditions")) {
            String type = condition.path("type").asString();
            if (type.equals("Ready") || type.equals("ContainersReady")) {
                ((ObjectNode) condition)
                        .put("status", "False")
                        .put("reason", completed ? "PodCompleted" : "ContainersNotReady");
            }
        }
        ArrayNode containers = status.withArray("containerStatuses");
        containers.forEach(container -> ((ObjectNode) container).put("ready", false));
    }
}
