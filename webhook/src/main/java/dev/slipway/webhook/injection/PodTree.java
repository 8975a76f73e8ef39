package dev.slipway.webhook.injection;

import dev.slipway.contract.Problems;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.MissingNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A pod, or a pod template, as the JSON tree that came in. Absent, null and empty lists look the same from here; fields
 * that are unknown here stay in the tree untouched.
 */
record PodTree(JsonNode root) {
    /** A pod of a megabyte has room for many mistakes of one kind; these are told one by one. */
    private static final int MOST_OF_A_KIND = 20;

    private static final List<String> LISTS = List.of("initContainers", "containers", "ephemeralContainers", "volumes");

    /** An object without entries if the pod has no annotations. */
    JsonNode annotations() {
        JsonNode annotations = root.path("metadata").path("annotations");
        return annotations.isObject() ? annotations : MissingNode.getInstance();
    }

    JsonNode spec() {
        return root.path("spec");
    }

    List<JsonNode> initContainers() {
        return list("initContainers");
    }

    List<JsonNode> containers() {
        return list("containers");
    }

    List<JsonNode> volumes() {
        return list("volumes");
    }

    /** Init, regular and ephemeral: their names share one space. */
    List<JsonNode> allContainers() {
        return Stream.of(initContainers(), containers(), list("ephemeralContainers"))
                .flatMap(List::stream)
                .toList();
    }

    /** Regular and ephemeral ones. */
    List<JsonNode> otherContainers() {
        return Stream.concat(containers().stream(), list("ephemeralContainers").stream())
                .toList();
    }

    /** The init or regular container of this name. */
    Optional<JsonNode> container(String name) {
        return Stream.concat(containers().stream(), initContainers().stream())
                .filter(container -> nameOf(container).equals(name))
                .findFirst();
    }

    static String nameOf(JsonNode named) {
        return named.path("name").asString("");
    }

    static List<String> namesOf(List<JsonNode> named) {
        return named.stream().map(PodTree::nameOf).toList();
    }

    /** An init container that keeps running beside the containers that follow it. */
    static boolean isNativeSidecar(JsonNode initContainer) {
        return initContainer.path("restartPolicy").asString("").equals("Always");
    }

    boolean isMirror() {
        return annotations().has("kubernetes.io/config.mirror");
    }

    /**
     * Reports what would make a patch impossible. The API server never sends such a pod; a hand-made request may.
     */
    void checkShape(Problems problems) {
        if (!spec().isObject()) {
            problems.add("spec", "is missing; expected the spec of a pod");
            return;
        }
        LISTS.forEach(field -> checkList(field, problems));
        checkObject("metadata.labels", root.path("metadata").path("labels"), problems);
        checkInitNames(problems);
    }

    /** Places in the order are told by these names; the API server refuses such a pod as well, but only after us. */
    private void checkInitNames(Problems problems) {
        var seen = new HashSet<String>();
        namesOf(initContainers()).stream()
                .filter(name -> !seen.add(name))
                .distinct()
                .limit(MOST_OF_A_KIND)
                .forEach(name -> problems.add(
                        "spec.initContainers",
                        "has more than one container '" + PodNames.shortened(name) + "'; names must be unique"));
    }

    private void checkList(String field, Problems problems) {
        JsonNode list = spec().path(field);
        if (!isAbsent(list) && !list.isArray()) {
            problems.add("spec." + field, "is not a list");
        }
        int bad = 0;
        for (int index = 0; list.isArray() && index < list.size(); index++) {
            if (!list.get(index).isObject() && bad++ < MOST_OF_A_KIND) {
                problems.add("spec." + field + "[" + index + "]", "is not an object");
            }
        }
        if (bad > MOST_OF_A_KIND) {
            problems.add("spec." + field, "has " + (bad - MOST_OF_A_KIND) + " more entries that are no objects");
        }
    }

    private static void checkObject(String where, JsonNode node, Problems problems) {
        if (!isAbsent(node) && !node.isObject()) {
            problems.add(where, "is not an object");
        }
    }

    static boolean isAbsent(JsonNode node) {
        return node.isMissingNode() || node.isNull();
    }

    static List<JsonNode> elements(JsonNode list) {
        var elements = new ArrayList<JsonNode>(list.size());
        if (list.isArray()) {
            list.forEach(elements::add);
        }
        return elements;
    }

    static Optional<String> text(ObjectNode node, String field) {
        return node.path(field).stringValueOpt();
    }

    private List<JsonNode> list(String field) {
        return elements(spec().path(field));
    }
}
