package dev.slipway.e2e;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.StreamSupport;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** Kubernetes objects in a form in which two tools that mean the same write the same. */
final class ComparableObjects {
    /** Only Helm writes these: kustomize has no releases, and who else has made an object is not worth a label. */
    private static final Set<String> OF_HELM =
            Set.of("app.kubernetes.io/managed-by", "app.kubernetes.io/instance", "helm.sh/chart");

    private static final YAMLMapper YAML = new YAMLMapper();
    private static final JsonMapper SORTED = JsonMapper.builder()
            .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS, SerializationFeature.INDENT_OUTPUT)
            .build();

    private ComparableObjects() {}

    /**
     * All objects but the namespace, which Helm makes by a flag, before it reads the chart.
     *
     * @param documents YAML
     * @return text with sorted keys, by kind, namespace and name
     */
    static Map<String, String> parse(String documents) {
        var objects = new TreeMap<String, String>();
        try (var nodes = YAML.readerFor(JsonNode.class).<JsonNode>readValues(documents)) {
            while (nodes.hasNext()) {
                JsonNode node = nodes.next();
                if (node instanceof ObjectNode object
                        && !object.path("kind").asString().equals("Namespace")) {
                    String key = key(object);
                    if (objects.put(key, comparable(object)) != null) {
                        throw new AssertionError(key + " is there twice");
                    }
                }
            }
        }
        return objects;
    }

    private static String key(ObjectNode object) {
        JsonNode metadata = object.path("metadata");
        return object.path("apiVersion").asString() + " " + object.path("kind").asString() + " "
                + metadata.path("namespace").asString("") + "/"
                + metadata.path("name").asString();
    }

    private static String comparable(ObjectNode object) {
        for (String place : List.of("/metadata/labels", "/spec/template/metadata/labels")) {
            if (object.at(place) instanceof ObjectNode labels) {
                labels.remove(OF_HELM);
            }
        }
        if (object.path("data") instanceof ObjectNode data
                && object.path("kind").asString().equals("Secret")) {
            // kustomize breaks long lines, which base64 allows.
            data.properties()
                    .forEach(entry ->
                            data.put(entry.getKey(), entry.getValue().asString().replaceAll("\\s", "")));
        }
        sortVariables(object);
        return SORTED.writeValueAsString(SORTED.treeToValue(object, Object.class));
    }

    /** No variable here refers to another one, so their order means nothing, and a patch of kustomize puts its own first. */
    private static void sortVariables(JsonNode node) {
        if (node.path("env") instanceof ArrayNode env) {
            var sorted = StreamSupport.stream(env.spliterator(), false)
                    .sorted(Comparator.comparing(
                            variable -> variable.path("name").asString()))
                    .toList();
            env.removeAll().addAll(sorted);
        }
        node.forEach(ComparableObjects::sortVariables);
    }
}
