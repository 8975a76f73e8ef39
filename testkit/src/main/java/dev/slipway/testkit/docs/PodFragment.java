package dev.slipway.testkit.docs;

import java.util.Optional;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Pages show the part of a pod that they are about; this adds what every pod has. */
public final class PodFragment {
    private static final String PREFIX = "slipway.dev/";

    private PodFragment() {}

    /**
     * The pod that a block is a part of: its annotations alone, its metadata and spec, or those of a template below
     * {@code spec}. Empty if it is an object of its own, or a part of something else.
     */
    public static Optional<ObjectNode> complete(JsonNode block) {
        if (block.has("apiVersion")) {
            return Optional.empty();
        }
        JsonNode shown = block.at("/spec/template").isObject() ? block.at("/spec/template") : block;
        ObjectNode pod =
                JsonNodeFactory.instance.objectNode().put("apiVersion", "v1").put("kind", "Pod");
        if (shown.has("metadata") || shown.has("spec")) {
            pod.setAll((ObjectNode) shown.deepCopy());
        } else if (isAnnotations(shown)) {
            pod.withObject("/metadata").set("annotations", shown.deepCopy());
        } else {
            return Optional.empty();
        }
        pod.withObject("/metadata").put("name", "shown");
        JsonNode annotations = pod.at("/metadata/annotations");
        if (names(annotations).anyMatch(name -> name.startsWith(PREFIX)) && !annotations.has(PREFIX + "migrate")) {
            ((ObjectNode) annotations).put(PREFIX + "migrate", "true");
        }
        addContainers(pod, annotations);
        return Optional.of(pod);
    }

    private static boolean isAnnotations(JsonNode map) {
        return map.isObject() && !map.isEmpty() && names(map).allMatch(name -> name.contains("/"));
    }

    /** Those that an annotation names, or one; each with an image. */
    private static void addContainers(ObjectNode pod, JsonNode annotations) {
        ArrayNode containers = pod.withObject("/spec").withArray("containers");
        StreamSupport.stream(annotations.spliterator(), false)
                .map(each -> each.asString(""))
                .filter(value -> value.startsWith("container:"))
                .map(value -> value.substring("container:".length()))
                .distinct()
                .filter(name -> StreamSupport.stream(containers.spliterator(), false)
                        .noneMatch(each -> each.path("name").asString().equals(name)))
                .forEach(name -> containers.addObject().put("name", name));
        if (containers.isEmpty()) {
            containers.addObject().put("name", "app");
        }
        for (JsonNode container : containers) {
            if (!container.has("image")) {
                ((ObjectNode) container).put("image", "registry.example.com/app:1.0.0");
            }
        }
    }

    private static Stream<String> names(JsonNode map) {
        return map.propertyNames().stream();
    }
}
