package dev.slipway.webhook.watch;

import dev.slipway.webhook.injection.OwnContainers;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/**
 * Reads what matters about our containers from {@code status.initContainerStatuses}. Nothing there is a reason to fail.
 */
final class PodReader {
    private static final String PREFIX = "slipway-";
    private static final int MAX_REASON = 40;
    private static final int MAX_ID = 256;
    private static final int MAX_NAME = 253;
    private static final int MAX_SEEN = 500;

    private PodReader() {}

    /** @param statuses the list; missing or null if there is none yet */
    static List<ContainerSnapshot> containers(JsonNode statuses) {
        var containers = new ArrayList<ContainerSnapshot>();
        for (JsonNode status : statuses) {
            String name = status.path("name").asString("");
            if (OwnContainers.NAMES.contains(name)) {
                containers.add(container(name, status));
            }
        }
        return containers;
    }

    /**
     * What keeps one of our containers from starting: the reason for which it waits; or for none of them, that the
     * kubelet has not begun with the pod, because it could not mount a volume or make the sandbox. Then the Event of the
     * kubelet alone tells why, and the volumes of ours that may be missing are named.
     */
    static Optional<Hindrance> hindrance(JsonNode spec, JsonNode status) {
        for (JsonNode container : status.path("initContainerStatuses")) {
            JsonNode waiting = container.path("state").path("waiting");
            String reason = waiting.path("reason").asString("");
            Optional<Hindrance.Kind> kind = Hindrance.Kind.of(reason);
            String name = container.path("name").asString("");
            if (kind.isPresent() && OwnContainers.NAMES.contains(name)) {
                String seen = PlainText.of(waiting.path("message").asString(""), MAX_SEEN);
                return Optional.of(new Hindrance(kind.get(), name, reason, seen));
            }
        }
        boolean begun = !isCondition(status, "PodScheduled", "True")
                || !isCondition(status, "PodReadyToStartContainers", "False")
                || !status.path("phase").asString("").equals("Pending");
        return begun
                ? Optional.empty()
                : Optional.of(new Hindrance(Hindrance.Kind.VOLUME, "", "", String.join(" and ", objects(spec))));
    }

    private static boolean isCondition(JsonNode status, String type, String value) {
        return status.path("conditions")
                .valueStream()
                .anyMatch(each -> each.path("type").asString("").equals(type)
                        && each.path("status").asString("").equals(value));
    }

    /** Secret and ConfigMap behind the volumes of ours. */
    private static List<String> objects(JsonNode spec) {
        var objects = new ArrayList<String>();
        for (JsonNode volume : spec.path("volumes")) {
            if (volume.path("name").asString("").startsWith(PREFIX)) {
                add(objects, "Secret ", volume.path("secret").path("secretName"));
                add(objects, "ConfigMap ", volume.path("configMap").path("name"));
            }
        }
        return objects;
    }

    private static void add(List<String> objects, String kind, JsonNode name) {
        if (name.isString()) {
            objects.add(kind + PlainText.of(name.stringValue(), MAX_NAME));
        }
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
        int exitCode = terminated.path("exitCode").asInt(0);
        String command = container.substring(PREFIX.length());
        return new ContainerEnd(
                id(terminated),
                exitCode,
                terminated
                        .path("reason")
                        .asString("")
                        .replaceAll("[^A-Za-z]", "")
                        .transform(PodReader::shortened),
                instant(terminated.path("finishedAt")),
                ReportedRun.read(terminated.path("message").asString(""), exitCode, command));
    }

    private static String shortened(String reason) {
        return reason.substring(0, Math.min(reason.length(), MAX_REASON));
    }

    /** The runtime's id of the container, or if the kubelet lost it, when it ran. */
    private static String id(JsonNode terminated) {
        String id = terminated.path("containerID").asString("");
        if (id.isEmpty()) {
            id = terminated.path("startedAt").asString("") + "/"
                    + terminated.path("finishedAt").asString("");
        }
        return id.length() > MAX_ID ? id.substring(0, MAX_ID) : id;
    }

    private static Optional<Instant> instant(JsonNode time) {
        try {
            return time.isString() ? Optional.of(Instant.parse(time.stringValue())) : Optional.empty();
        } catch (DateTimeParseException noTime) {
            return Optional.empty();
        }
    }
}
