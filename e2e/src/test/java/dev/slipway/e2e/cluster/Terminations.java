package dev.slipway.e2e.cluster;

import io.fabric8.kubernetes.api.model.ContainerStateTerminated;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.Optional;
import java.util.stream.Stream;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Reads what containers left in {@code pod.status}, as any client with access to the API can. */
public final class Terminations {
    private static final JsonMapper JSON = new JsonMapper();

    private Terminations() {}

    /** The newest end of a container or init container: of this attempt, or else of the one before. */
    public static Optional<ContainerStateTerminated> of(Pod pod, String container) {
        return Stream.of(
                        pod.getStatus().getInitContainerStatuses(),
                        pod.getStatus().getContainerStatuses())
                .flatMap(statuses -> statuses.stream())
                .filter(status -> status.getName().equals(container))
                .map(Terminations::newest)
                .flatMap(Optional::stream)
                .findFirst();
    }

    /** The termination message of a container that has ended, read as JSON. */
    public static JsonNode message(Pod pod, String container) {
        ContainerStateTerminated end = of(pod, container)
                .orElseThrow(() -> new AssertionError(
                        container + " of " + pod.getMetadata().getName() + " has not ended: " + pod.getStatus()));
        try {
            return JSON.readTree(end.getMessage());
        } catch (JacksonException | IllegalArgumentException noJson) {
            throw new AssertionError("the termination message is no JSON: " + end.getMessage(), noJson);
        }
    }

    private static Optional<ContainerStateTerminated> newest(ContainerStatus status) {
        return Optional.ofNullable(status.getState().getTerminated())
                .or(() -> Optional.ofNullable(status.getLastState()).map(last -> last.getTerminated()));
    }
}
