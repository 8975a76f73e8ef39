package dev.slipway.webhook.admission;

import dev.slipway.webhook.injection.Annotations;
import dev.slipway.webhook.injection.InjectionPlan;
import dev.slipway.webhook.injection.RepairPlan;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Words a plan as a JSON Patch against the pod as it came in. Short, additive, and guarded: it never removes or replaces
 * a list, so what others put there stays, and it fails as a whole on a pod other than the one that was reviewed.
 */
final class PodPatch {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final String INIT_CONTAINERS = "/spec/initContainers";

    private PodPatch() {}

    static JsonNode of(JsonNode pod, InjectionPlan plan) {
        var patch = new JsonPatch();
        guardOptIn(patch, pod);
        mark(patch, pod, plan.version());
        patch.append(pod.path("spec"), "/spec", "volumes", plan.volumes());
        insert(patch, pod, plan.initContainers(), plan.index());
        return patch.operations();
    }

    static JsonNode of(JsonNode pod, RepairPlan plan) {
        var patch = new JsonPatch();
        guardOptIn(patch, pod);
        plan.completions().forEach(completion -> complete(patch, pod, completion));
        for (RepairPlan.Move move : plan.moves()) {
            patch.test(INIT_CONTAINERS + "/" + move.from() + "/name", JSON.stringNode(move.container()));
            patch.move(INIT_CONTAINERS + "/" + move.from(), INIT_CONTAINERS + "/" + move.to());
        }
        return patch.operations();
    }

    private static void guardOptIn(JsonPatch patch, JsonNode pod) {
        String key = Annotations.MIGRATE.key();
        JsonNode value = pod.path("metadata").path("annotations").path(key);
        patch.test("/metadata/annotations/" + JsonPatch.escaped(key), value);
    }

    private static void mark(JsonPatch patch, JsonNode pod, String version) {
        JsonNode metadata = pod.path("metadata");
        patch.put(metadata, "/metadata", "labels", Annotations.INJECTED, JSON.stringNode("true"));
        patch.put(metadata, "/metadata", "annotations", Annotations.INJECTED, JSON.stringNode(version));
    }

    private static void insert(JsonPatch patch, JsonNode pod, List<ObjectNode> containers, int index) {
        JsonNode present = pod.path("spec").path("initContainers");
        if (present.isEmpty()) {
            patch.append(pod.path("spec"), "/spec", "initContainers", containers);
            return;
        }
        guardNeighbour(patch, present, index);
        for (int offset = 0; offset < containers.size(); offset++) {
            patch.add(INIT_CONTAINERS + "/" + (index + offset), containers.get(offset));
        }
    }

    private static void guardNeighbour(JsonPatch patch, JsonNode present, int index) {
        int neighbour = Math.max(0, index - 1);
        JsonNode name = present.path(neighbour).path("name");
        if (name.isString()) {
            patch.test(INIT_CONTAINERS + "/" + neighbour + "/name", name);
        }
    }

    private static void complete(JsonPatch patch, JsonNode pod, RepairPlan.Completion completion) {
        JsonNode container = pod.path("spec").path("initContainers").path(completion.index());
        String path = INIT_CONTAINERS + "/" + completion.index();
        patch.test(path + "/name", container.path("name"));
        if (completion.whole()) {
            // The list of a container of ours: "add" puts a new one in its place.
            patch.add(path + "/" + completion.field(), JSON.arrayNode().addAll(completion.entries()));
        } else {
            patch.append(container, path, completion.field(), completion.entries());
        }
    }
}
