package dev.slipway.webhook.injection;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * What our containers take over from a container of the application, so that they reach the database in the same way.
 * The entries are copied as they are, except for what would break our own process.
 */
record DatabaseAccess(List<JsonNode> env, List<JsonNode> envFrom, List<JsonNode> volumeMounts) {
    static final DatabaseAccess NOTHING = new DatabaseAccess(List.of(), List.of(), List.of());

    /** The ServiceAccount admission plugin adds this one to every container. */
    private static final String TOKEN_MOUNT = "/var/run/secrets/kubernetes.io/serviceaccount";

    static DatabaseAccess from(JsonNode container) {
        List<JsonNode> envFrom = PodTree.elements(container.path("envFrom"));
        var env = new ArrayList<JsonNode>();
        PodTree.elements(container.path("env")).stream()
                .filter(DatabaseAccess::isTaken)
                .forEach(env::add);
        if (!envFrom.isEmpty()) {
            OwnProcess.neutral().forEach((name, value) -> env.add(variable(name, value)));
        }
        return new DatabaseAccess(env, envFrom, mounts(container));
    }

    /**
     * Volumes with files that the kubelet reads variables from (EnvFiles, Kubernetes 1.34 and newer). It needs no mount
     * for that, but the file: a container that starts before it was written does not start at all.
     */
    Set<String> envFileVolumes() {
        return env.stream()
                .map(variable -> variable.path("valueFrom").path("fileKeyRef").path("volumeName"))
                .filter(JsonNode::isString)
                .map(JsonNode::asString)
                .collect(Collectors.toUnmodifiableSet());
    }

    static ObjectNode variable(String name, String value) {
        return JsonNodeFactory.instance.objectNode().put("name", name).put("value", value);
    }

    private static boolean isTaken(JsonNode variable) {
        return !OwnProcess.governs(PodTree.nameOf(variable));
    }

    private static List<JsonNode> mounts(JsonNode container) {
        return PodTree.elements(container.path("volumeMounts")).stream()
                .filter(mount -> isTakenMount(mount.path("mountPath").asString("")))
                .map(DatabaseAccess::withoutPropagation)
                .toList();
    }

    private static boolean isTakenMount(String path) {
        String folder = path.length() > 1 && path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
        return !folder.equals(TOKEN_MOUNT)
                && !MigrationsPath.NOT_PLAIN.matcher(path).find()
                && !MigrationsPath.isInside(folder, MigrationsMount.FOLDER)
                && !MigrationsPath.isInside(folder, "/var/run/slipway")
                && !folder.equals(MigratorContainers.TMP)
                && !OwnProcess.isHiddenBy(folder);
    }

    /** Two-way propagation is for privileged containers only, and ours is not. */
    private static JsonNode withoutPropagation(JsonNode mount) {
        return mount instanceof ObjectNode object && object.has("mountPropagation")
                ? object.deepCopy().without("mountPropagation")
                : mount;
    }
}
