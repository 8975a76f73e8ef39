package dev.slipway.webhook.injection;

import dev.slipway.contract.Setting;
import dev.slipway.contract.Settings;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Builds our init containers and the volumes that they need. They satisfy the Pod Security level {@code restricted} and
 * name no user, so that the image's own and OpenShift's ranges both fit.
 *
 * @param databaseSecret mounted as a folder of files; empty if the database comes from {@code takenOver}
 */
record MigratorContainers(
        String image,
        String imagePullPolicy,
        Settings settings,
        PreflightMode preflight,
        ResourceNumbers resources,
        Optional<String> databaseSecret,
        DatabaseAccess takenOver,
        MigrationsMount migrations,
        Optional<Integer> runAsUser) {
    /** The root file system is read-only, and the JVM needs a scratch folder. */
    static final String TMP = "/tmp";

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    /** World-readable inside the pod: the process may run under any uid, without a group that owns the file. */
    static final int READABLE = 0444;

    List<ObjectNode> initContainers() {
        var containers = new ArrayList<ObjectNode>();
        migrations.copyFrom().ifPresent(source -> containers.add(copy(source)));
        if (preflight == PreflightMode.CONTAINER) {
            containers.add(migrator(OwnContainers.PREFLIGHT, "preflight"));
        }
        containers.add(
                preflight == PreflightMode.INLINE
                        ? migrator(OwnContainers.MIGRATE, "migrate", PreflightMode.FLAG)
                        : migrator(OwnContainers.MIGRATE, "migrate"));
        return containers;
    }

    List<ObjectNode> volumes() {
        var volumes = new ArrayList<ObjectNode>();
        volumes.add(MigrationsMount.memoryVolume(OwnContainers.TMP_VOLUME, "16Mi"));
        databaseSecret.ifPresent(name -> volumes.add(secretVolume(name)));
        migrations.volume().ifPresent(volumes::add);
        return volumes;
    }

    List<JsonNode> env() {
        var own = new ArrayList<JsonNode>();
        settings.toEnv().forEach((name, value) -> own.add(DatabaseAccess.variable(name, literal(value))));
        own.add(podField(Setting.POD_NAMESPACE, "metadata.namespace"));
        own.add(podField(Setting.POD_NAME, "metadata.name"));
        var env = new ArrayList<>(takenOverEnv(own));
        env.addAll(own);
        return env;
    }

    /**
     * The application's variables, and the one that keeps what its {@code envFrom} brings away from our settings.
     *
     * @param own the variables of our container
     */
    List<JsonNode> takenOverEnv(List<JsonNode> own) {
        if (takenOver.envFrom().isEmpty()) {
            return takenOver.env();
        }
        var env = new ArrayList<>(takenOver.env());
        String settings = PodTree.namesOf(own).stream()
                .filter(name -> name.startsWith(Setting.ENV_PREFIX))
                .map(Settings::settingOf)
                .sorted()
                .collect(Collectors.joining(","));
        env.add(DatabaseAccess.variable(Settings.NAMES_VARIABLE, settings));
        return env;
    }

    List<JsonNode> volumeMounts() {
        var mounts = new ArrayList<>(takenOver.volumeMounts());
        mounts.add(mount(OwnContainers.TMP_VOLUME, TMP));
        if (databaseSecret.isPresent()) {
            mounts.add(mount(OwnContainers.DATABASE_VOLUME, Setting.DEFAULT_DATABASE_DIR)
                    .put("readOnly", true));
        }
        migrations.mount().ifPresent(mounts::add);
        return mounts;
    }

    private ObjectNode migrator(String name, String... args) {
        ObjectNode container =
                JSON.objectNode().put("name", name).put("image", image).put("imagePullPolicy", imagePullPolicy);
        putList(container, "args", texts(args));
        if (!takenOver.envFrom().isEmpty()) {
            putList(container, "envFrom", takenOver.envFrom());
        }
        putList(container, "env", env());
        putList(container, "volumeMounts", volumeMounts());
        return withLimits(container);
    }

    private ObjectNode copy(String source) {
        ObjectNode container = JSON.objectNode()
                .put("name", OwnContainers.COPY)
                .put("image", source)
                .put("imagePullPolicy", imagePullPolicy);
        putList(container, "command", texts("cp", "-R", migrations.path() + "/.", MigrationsMount.FOLDER + "/"));
        putList(container, "volumeMounts", List.of(mount(OwnContainers.MIGRATIONS_VOLUME, MigrationsMount.FOLDER)));
        return withLimits(container);
    }

    private ObjectNode withLimits(ObjectNode container) {
        container.set("resources", resourcesNode());
        container.set("securityContext", leastPrivilege());
        return container.put("terminationMessagePolicy", "FallbackToLogsOnError");
    }

    private ObjectNode resourcesNode() {
        ObjectNode node = JSON.objectNode();
        node.putObject("requests")
                .put("cpu", resources.requestsCpu().text())
                .put("memory", resources.requestsMemory().text());
        node.putObject("limits")
                .put("cpu", resources.limitsCpu().text())
                .put("memory", resources.limitsMemory().text());
        return node;
    }

    private ObjectNode leastPrivilege() {
        ObjectNode context = JSON.objectNode()
                .put("runAsNonRoot", true)
                .put("readOnlyRootFilesystem", true)
                .put("allowPrivilegeEscalation", false);
        runAsUser.ifPresent(uid -> context.put("runAsUser", uid));
        context.putObject("capabilities").putArray("drop").add("ALL");
        context.putObject("seccompProfile").put("type", "RuntimeDefault");
        return context;
    }

    private static ObjectNode secretVolume(String secret) {
        ObjectNode volume = JSON.objectNode().put("name", OwnContainers.DATABASE_VOLUME);
        volume.putObject("secret").put("secretName", secret).put("defaultMode", READABLE);
        return volume;
    }

    private static ObjectNode mount(String volume, String path) {
        return JSON.objectNode().put("name", volume).put("mountPath", path);
    }

    private static ObjectNode podField(Setting<?> setting, String fieldPath) {
        ObjectNode variable = JSON.objectNode().put("name", setting.env());
        variable.putObject("valueFrom")
                .putObject("fieldRef")
                .put("apiVersion", "v1")
                .put("fieldPath", fieldPath);
        return variable;
    }

    /** The kubelet expands {@code $(NAME)}; a doubled dollar stays a dollar. */
    static String literal(String value) {
        return value.replace("$", "$$");
    }

    private static List<JsonNode> texts(String... texts) {
        var nodes = new ArrayList<JsonNode>();
        for (String text : texts) {
            nodes.add(JSON.stringNode(text));
        }
        return nodes;
    }

    private static void putList(ObjectNode node, String field, List<JsonNode> elements) {
        ArrayNode list = node.putArray(field);
        list.addAll(elements);
    }
}
