package dev.slipway.webhook.watch;

import com.fasterxml.jackson.databind.JsonNode;
import dev.slipway.webhook.injection.OwnContainers;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Reads what matters about our containers from {@code status.initContainerStatuses}. Nothing there is a reason to fail.
 */
final class PodReader {
    private static final String PREFIX = "slipway-";
    private static final int MAX_REASON = 40;
    private static final int MAX_ID = 256;

    private PodReader() {}

    /** @param statuses the list; missing or null if there is none yet */
    static List<ContainerSnapshot> containers(JsonNode statuses) {
        var containers = new ArrayList<ContainerSnapshot>();
        for (JsonNode status : statuses) {
            String name = status.path("name").asText();
            if (OwnContainers.NAMES.contains(name)) {
                containers.add(container(name, status));
            }
        }
        return containers;
    }

    private static ContainerSnapshot container(String name, JsonNode status) {
        List<ContainerEnd> terminations = Stream.of("lastState", "state")
                .map(state -> status.path(state).path("terminated"))
                .filter(JsonNode::isObject)
                .map(terminated -> termination(name, terminated))
                .toList();
        JsonNode running = status.path("state").path("running");
        return new ContainerSnapshot(name, instant(running.path("startedAt")), terminations);
    }

    private static ContainerEnd termination(String container, JsonNode terminated) {
        int exitCode = terminated.path("exitCode").asInt();
        String command = container.substring(PREFIX.length());
        return new ContainerEnd(
                id(terminated),
                exitCode,
                terminated.path("reason").asText().replaceAll("[^A-Za-z]", "").transform(PodReader::shortened),
                instant(terminated.path("finishedAt")),
                ReportedRun.read(terminated.path("message").asText(), exitCode, command));
    }

    private static String shortened(String reason) {
        return reason.substring(0, Math.min(reason.length(), MAX_REASON));
    }

    /** The runtime's id of the container, or if the kubelet lost it, when it ran. */
    private static String id(JsonNode terminated) {
        String id = terminated.path("containerID").asText();
        if (id.isEmpty()) {
            id = terminated.path("startedAt").asText() + "/"
                    + terminated.path("finishedAt").asText();
        }
        return id.length() > MAX_ID ? id.substring(0, MAX_ID) : id;
    }

    private static Optional<Instant> instant(JsonNode time) {
        try {
            return time.isTextual() ? Optional.of(Instant.parse(time.textValue())) : Optional.empty();
        } catch (DateTimeParseException noTime) {
            return Optional.empty();
        }
    }
}
