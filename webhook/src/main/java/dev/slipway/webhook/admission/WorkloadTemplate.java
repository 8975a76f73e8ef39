package dev.slipway.webhook.admission;

import java.util.HashSet;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The pod template inside a workload.
 *
 * @param template missing if the object has none
 * @param path of the template, for messages; empty if the object is a pod itself
 * @param claimedVolumes names of the volumes that a StatefulSet adds to its pods
 */
record WorkloadTemplate(JsonNode template, String path, Set<String> claimedVolumes) {

    static WorkloadTemplate of(JsonNode object, String kind) {
        return switch (kind) {
            case "Pod" -> new WorkloadTemplate(object, "", Set.of());
            case "PodTemplate" -> new WorkloadTemplate(object.path("template"), "template", Set.of());
            case "CronJob" ->
                new WorkloadTemplate(
                        object.at("/spec/jobTemplate/spec/template"), "spec.jobTemplate.spec.template", Set.of());
            default -> new WorkloadTemplate(object.at("/spec/template"), "spec.template", claims(object));
        };
    }

    boolean exists() {
        return template.isObject();
    }

    /** The pod that the controller would create, or the object itself if it is one. */
    JsonNode pod(JsonNode object) {
        if (path.isEmpty()) {
            return object;
        }
        ObjectNode pod =
                JsonNodeFactory.instance.objectNode().put("apiVersion", "v1").put("kind", "Pod");
        ObjectNode metadata = pod.putObject("metadata");
        JsonNode name = object.path("metadata").path("name");
        if (name.isString()) {
            metadata.put("generateName", name.stringValue() + "-");
        }
        if (object.path("metadata").has("namespace")) {
            metadata.set("namespace", object.path("metadata").path("namespace"));
        }
        if (template.path("metadata") instanceof ObjectNode given) {
            metadata.setAll(given);
        }
        if (template.has("spec")) {
            pod.set("spec", template.path("spec"));
        }
        return pod;
    }

    private static Set<String> claims(JsonNode object) {
        var names = new HashSet<String>();
        JsonNode claims = object.path("spec").path("volumeClaimTemplates");
        claims.forEach(claim -> names.add(claim.path("metadata").path("name").asString("")));
        return Set.copyOf(names);
    }
}
