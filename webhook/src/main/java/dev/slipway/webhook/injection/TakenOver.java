package dev.slipway.webhook.injection;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.contract.Setting;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What our containers take over from a container of the application, so that they reach the database in the same way.
 * The entries are copied as they are, save what would break our own process.
 */
record TakenOver(List<JsonNode> env, List<JsonNode> envFrom, List<JsonNode> volumeMounts) {
    static final TakenOver NOTHING = new TakenOver(List.of(), List.of(), List.of());

    /** They load code into every JVM, and the application's agents are not in our image. */
    private static final List<String> LOADERS = List.of(
            "JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS", "CLASSPATH", "LD_PRELOAD", "LD_LIBRARY_PATH");

    /** They name folders of the application's image. */
    private static final Set<String> LAYOUT = Set.of("PATH", "JAVA_HOME", "HOME", "TMPDIR");

    /** The ServiceAccount admission plugin adds this one to every container by itself. */
    private static final String TOKEN_MOUNT = "/var/run/secrets/kubernetes.io/serviceaccount";

    /** A mount at or above one of these would hide the migrator or its runtime. */
    private static final List<String> RUNTIME =
            List.of("/opt/slipway", "/opt/java", "/usr/bin", "/usr/lib", "/bin", "/lib", "/lib64");

    static TakenOver from(JsonNode container) {
        List<JsonNode> envFrom = PodTree.elements(container.path("envFrom"));
        var env = new ArrayList<JsonNode>();
        PodTree.elements(container.path("env")).stream()
                .filter(TakenOver::isTaken)
                .forEach(env::add);
        if (!envFrom.isEmpty()) {
            // A variable in "env" wins over one from "envFrom", which nobody here can look into.
            LOADERS.forEach(name -> env.add(variable(name, "")));
        }
        return new TakenOver(env, envFrom, mounts(container));
    }

    /**
     * Volumes with files that the kubelet reads variables from (EnvFiles, Kubernetes 1.34 and newer). It needs no mount
     * for that, but the file: a container that starts before it was written does not start at all.
     */
    Set<String> envFileVolumes() {
        return env.stream()
                .map(variable -> variable.path("valueFrom").path("fileKeyRef").path("volumeName"))
                .filter(JsonNode::isTextual)
                .map(JsonNode::asText)
                .collect(Collectors.toUnmodifiableSet());
    }

    static ObjectNode variable(String name, String value) {
        return JsonNodeFactory.instance.objectNode().put("name", name).put("value", value);
    }

    private static boolean isTaken(JsonNode variable) {
        String name = PodTree.nameOf(variable);
        return !name.startsWith(Setting.ENV_PREFIX) && !LOADERS.contains(name) && !LAYOUT.contains(name);
    }

    private static List<JsonNode> mounts(JsonNode container) {
        return PodTree.elements(container.path("volumeMounts")).stream()
                .filter(mount -> isTakenMount(mount.path("mountPath").asText()))
                .map(TakenOver::withoutPropagation)
                .toList();
    }

    private static boolean isTakenMount(String path) {
        String folder = path.length() > 1 && path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
        return !folder.equals(TOKEN_MOUNT)
                && !isInside(folder, MigrationsMount.FOLDER)
                && !folder.equals(MigratorContainers.TMP)
                && !isInside(folder, "/opt/slipway")
                && RUNTIME.stream().noneMatch(root -> isInside(root, folder));
    }

    /** Two-way propagation is for privileged containers only, and ours is not. */
    private static JsonNode withoutPropagation(JsonNode mount) {
        return mount instanceof ObjectNode object && object.has("mountPropagation")
                ? object.deepCopy().without("mountPropagation")
                : mount;
    }

    private static boolean isInside(String path, String folder) {
        return folder.equals("/") || path.equals(folder) || path.startsWith(folder + "/");
    }
}
