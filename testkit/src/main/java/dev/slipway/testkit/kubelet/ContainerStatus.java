package dev.slipway.testkit.kubelet;

import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * One entry of {@code status.containerStatuses} or {@code status.initContainerStatuses}.
 *
 * @param lastTermination how the previous attempt ended
 */
public record ContainerStatus(
        String name,
        String image,
        int restarts,
        ContainerState state,
        Optional<ContainerState.Terminated> lastTermination) {
    static ContainerStatus notStarted(JsonNode container) {
        return new ContainerStatus(
                container.path("name").asString(),
                container.path("image").asString(),
                0,
                new ContainerState.Waiting("PodInitializing", ""),
                Optional.empty());
    }

    ContainerStatus with(ContainerState next) {
        return new ContainerStatus(name, image, restarts, next, lastTermination);
    }

    /** The next attempt is due; what it did before becomes the last termination. */
    ContainerStatus restarting(ContainerState.Waiting waiting, ContainerState.Terminated ended) {
        return new ContainerStatus(name, image, restarts + 1, waiting, Optional.of(ended));
    }

    /** Whether it ended with 0. */
    public boolean succeeded() {
        return state instanceof ContainerState.Terminated ended && ended.exitCode() == 0;
    }

    /** The newest termination: of this attempt, or else of the one before. */
    public Optional<ContainerState.Terminated> termination() {
        return state instanceof ContainerState.Terminated ended ? Optional.of(ended) : lastTermination;
    }

    JsonNode toJson() {
        boolean running = state instanceof ContainerState.Running;
        ObjectNode json = JsonNodeFactory.instance
                .objectNode()
                .put("name", name)
                .put("image", image)
                .put("imageID", "")
                .put("ready", running || succeeded())
                .put("started", running)
                .put("restartCount", restarts);
        json.set("state", state.toJson());
        lastTermination.ifPresent(last -> json.set("lastState", last.toJson()));
        return json;
    }
}
