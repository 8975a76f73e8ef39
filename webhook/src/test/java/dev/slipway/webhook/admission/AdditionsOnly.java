package dev.slipway.webhook.admission;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Takes everything of ours out of a pod again; what is left must be the pod that came in. */
final class AdditionsOnly {
    private static final Set<String> CONTAINERS = Set.of("slipway-copy", "slipway-preflight", "slipway-migrate");
    private static final Set<String> VOLUMES = Set.of("slipway-tmp", "slipway-database", "slipway-migrations");

    private AdditionsOnly() {}

    static void assertOnlyAdded(JsonNode before, JsonNode after) {
        assertThat(without(after)).isEqualTo(without(before));
    }

    /** Absent, null and empty lists count as equal, as they do for Kubernetes. */
    private static JsonNode without(JsonNode pod) {
        ObjectNode copy = (ObjectNode) pod.deepCopy();
        if (copy.get("spec") instanceof ObjectNode spec) {
            removeNamed(spec, "initContainers", CONTAINERS);
            removeNamed(spec, "volumes", VOLUMES);
        }
        if (copy.get("metadata") instanceof ObjectNode metadata) {
            removeMarker(metadata, "labels");
            removeMarker(metadata, "annotations");
        }
        return copy;
    }

    private static void removeNamed(ObjectNode spec, String field, Set<String> names) {
        if (spec.get(field) instanceof ArrayNode list) {
            list.removeIf(each -> names.contains(each.path("name").asString("")));
        }
        if (spec.path(field).isEmpty()) {
            spec.remove(field);
        }
    }

    private static void removeMarker(ObjectNode metadata, String field) {
        if (metadata.get(field) instanceof ObjectNode map) {
            map.remove("slipway.dev/injected");
        }
        if (metadata.path(field).isEmpty()) {
            metadata.remove(field);
        }
    }
}
