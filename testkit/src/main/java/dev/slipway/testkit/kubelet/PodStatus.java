package dev.slipway.testkit.kubelet;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** How far a pod has got; an immutable snapshot. */
public record PodStatus(Phase phase, List<ContainerStatus> initContainers, List<ContainerStatus> containers) {
    /** As in {@code status.phase}. */
    public enum Phase {
        PENDING("Pending"),
        RUNNING("Running"),
        SUCCEEDED("Succeeded"),
        FAILED("Failed");

        private final String text;

        Phase(String text) {
            this.text = text;
        }
    }

    public PodStatus {
        initContainers = List.copyOf(initContainers);
        containers = List.copyOf(containers);
    }

    /** Whether every init container is done, so that the application's containers may start. */
    public boolean initialized() {
        return phase == Phase.RUNNING || phase == Phase.SUCCEEDED;
    }

    /** The init container or container of this name. */
    public Optional<ContainerStatus> container(String name) {
        return Stream.concat(initContainers.stream(), containers.stream())
                .filter(each -> each.name().equals(name))
                .findFirst();
    }

    /** In the shape of {@code pod.status}, for the API server. */
    public JsonNode toJson() {
        ObjectNode json = JsonNodeFactory.instance.objectNode().put("phase", phase.text);
        json.set("conditions", conditions());
        json.set("initContainerStatuses", array(initContainers));
        json.set("containerStatuses", array(containers));
        return json;
    }

    private ArrayNode conditions() {
        boolean ready = phase == Phase.RUNNING
                && containers.stream().allMatch(each -> each.state() instanceof ContainerState.Running);
        return JsonNodeFactory.instance
                .arrayNode()
                .add(condition("PodScheduled", true))
                .add(condition("PodReadyToStartContainers", !mountsFail()))
                .add(condition("Initialized", initialized()))
                .add(condition("ContainersReady", ready))
                .add(condition("Ready", ready));
    }

    /** The kubelet mounts all volumes before it makes a sandbox, and says only in an Event that one is missing. */
    private boolean mountsFail() {
        return Stream.concat(initContainers.stream(), containers.stream())
                .anyMatch(each -> each.state() instanceof ContainerState.Waiting waiting
                        && waiting.reason().equals(ContainerState.Waiting.FAILED_MOUNT));
    }

    private static ObjectNode condition(String type, boolean status) {
        return JsonNodeFactory.instance.objectNode().put("type", type).put("status", status ? "True" : "False");
    }

    private static ArrayNode array(List<ContainerStatus> statuses) {
        ArrayNode array = JsonNodeFactory.instance.arrayNode();
        statuses.forEach(each -> array.add(each.toJson()));
        return array;
    }
}
