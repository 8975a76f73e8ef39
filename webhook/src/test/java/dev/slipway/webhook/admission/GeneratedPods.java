package dev.slipway.webhook.admission;

import java.util.List;
import java.util.Random;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Pods of every shape, most of them opted in; the same seed makes the same pods. */
final class GeneratedPods {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private static final List<String> INIT_NAMES = List.of(
            "istio-init", "istio-proxy", "linkerd-proxy", "vault-agent-init", "copy-vault-env", "load-fixtures", "own");

    private static final List<List<String>> ANNOTATIONS = List.of(
            List.of("migrate", "true", "true", "true", "true", "true", "true", "true", "false", "yes", ""),
            List.of("database-secret", "db", "db", "db", "db", "Not A Name"),
            List.of("database-from", "container:app-0", "container:nobody", "app-0"),
            List.of("migrations-from", "image", "image:sql:1", "container:app-0", "configmap:sql", "volume:data", "x"),
            List.of("migrations-path", "/sql", "sql/more", "/", "../up"),
            List.of("position", "auto", "first", "last", "before:own", "after:istio-proxy", "after:nobody", "middle"),
            List.of("preflight", "container", "inline", "off", "on"),
            List.of("wait-timeout", "5m", "1h30m", "soon"),
            List.of("requests-cpu", "10m", "4", "much"),
            List.of("limits-memory", "64Mi", "2Gi", "-1"),
            List.of("image", "registry.example/migrator:2", "no image"),
            List.of("injected", "0.0.1", ""),
            List.of("no-such-annotation", "x"));

    private final Random random;

    GeneratedPods(long seed) {
        this(new Random(seed));
    }

    GeneratedPods(Random random) {
        this.random = random;
    }

    ObjectNode next() {
        ObjectNode pod = JSON.objectNode().put("apiVersion", "v1").put("kind", "Pod");
        if (oneIn(50)) {
            return pod;
        }
        pod.set("metadata", metadata());
        ObjectNode spec = pod.putObject("spec");
        putList(spec, "initContainers", initContainers());
        putList(spec, "containers", containers());
        putList(spec, "volumes", volumes());
        maybe(8, () -> spec.putArray("ephemeralContainers").addObject().put("name", "debugger"));
        maybe(8, () -> spec.putObject("securityContext").put("runAsUser", random.nextInt(2)));
        maybe(20, () -> spec.putObject("os").put("name", "windows"));
        maybe(8, () -> spec.put("hostUsers", false));
        maybe(8, () -> spec.putObject("resources").putObject("limits").put("memory", "128Mi"));
        maybe(3, () -> spec.set("fieldOfTheFuture", anything(3)));
        return pod;
    }

    /** What another webhook does between two passes over the same pod. */
    void changeByOthers(ObjectNode pod) {
        ObjectNode spec = (ObjectNode) pod.path("spec");
        if (spec.get("initContainers") instanceof ArrayNode list && random.nextBoolean()) {
            ObjectNode sidecar = JSON.objectNode().put("name", "late-sidecar").put("restartPolicy", "Always");
            list.insert(random.nextInt(list.size() + 1), sidecar);
        }
        if (spec.get("containers") instanceof ArrayNode list) {
            list.forEach(container -> addEnv((ObjectNode) container));
        }
    }

    private static void addEnv(ObjectNode container) {
        ArrayNode env = container.get("env") instanceof ArrayNode present ? present : container.putArray("env");
        env.addObject().put("name", "LATE").put("value", "1");
    }

    private ObjectNode metadata() {
        ObjectNode metadata = JSON.objectNode();
        metadata.put(random.nextBoolean() ? "name" : "generateName", "api-");
        maybe(2, () -> metadata.putObject("labels").put("app", "api"));
        maybe(6, () -> metadata.putNull("labels"));
        maybe(10, () -> metadata.set("fieldOfTheFuture", anything(2)));
        ObjectNode annotations = metadata.putObject("annotations");
        boolean mostlyGood = !oneIn(3);
        for (List<String> annotation : ANNOTATIONS) {
            boolean always =
                    annotation.get(0).equals("migrate") || annotation.get(0).equals("database-secret");
            if (always ? !oneIn(20) : oneIn(mostlyGood ? 6 : 2)) {
                int values = annotation.size() - (mostlyGood ? 2 : 1);
                annotations.put(
                        "slipway.dev/" + annotation.get(0), annotation.get(1 + random.nextInt(Math.max(1, values))));
            }
        }
        if (mostlyGood) {
            annotations.remove(List.of("slipway.dev/no-such-annotation", "slipway.dev/database-from"));
        }
        return metadata;
    }

    private ArrayNode initContainers() {
        ArrayNode list = JSON.arrayNode();
        for (String name : INIT_NAMES) {
            if (oneIn(4)) {
                ObjectNode container = container(name);
                boolean sidecar = name.endsWith("proxy") || oneIn(10);
                if (sidecar) {
                    container.put("restartPolicy", "Always");
                }
                list.insert(random.nextInt(list.size() + 1), container);
            }
        }
        maybe(40, () -> list.add(container("slipway-migrate")));
        return list;
    }

    private ArrayNode containers() {
        ArrayNode list = JSON.arrayNode();
        int count = oneIn(50) ? 200 : 1 + random.nextInt(3);
        for (int index = 0; index < count; index++) {
            list.add(container("app-" + index));
        }
        return list;
    }

    private ArrayNode volumes() {
        ArrayNode list = JSON.arrayNode();
        maybe(2, () -> list.addObject().put("name", "data").putObject("emptyDir"));
        maybe(40, () -> list.addObject().put("name", "slipway-tmp").putObject("emptyDir"));
        return list;
    }

    private ObjectNode container(String name) {
        ObjectNode container = JSON.objectNode().put("name", name).put("image", name + ":1");
        maybe(3, () -> container.putArray("env").addObject().put("name", "A").put("value", "$(B)"));
        maybe(6, () -> container.putNull("env"));
        maybe(
                4,
                () -> container
                        .putArray("envFrom")
                        .addObject()
                        .putObject("secretRef")
                        .put("name", "db"));
        maybe(
                3,
                () -> container
                        .putArray("volumeMounts")
                        .addObject()
                        .put("name", "data")
                        .put("mountPath", oneIn(3) ? "/tmp" : "/data"));
        maybe(4, () -> container.set("fieldOfTheFuture", anything(2)));
        maybe(
                5,
                () -> container
                        .putObject("resources")
                        .putObject("limits")
                        .put("cpu", "100m")
                        .put("memory", "64Mi"));
        return container;
    }

    private JsonNode anything(int depth) {
        return switch (random.nextInt(depth > 0 ? 7 : 5)) {
            case 0 -> JSON.nullNode();
            case 1 -> JSON.numberNode(random.nextLong());
            case 2 -> JSON.numberNode(random.nextInt(1000) / 8.0);
            case 3 -> JSON.stringNode("text/~ \u00e9 " + random.nextInt());
            case 4 -> JSON.booleanNode(random.nextBoolean());
            case 5 -> JSON.arrayNode().add(anything(depth - 1)).add(anything(depth - 1));
            default -> JSON.objectNode().set("a/~b", anything(depth - 1));
        };
    }

    private void putList(ObjectNode spec, String field, ArrayNode list) {
        if (!list.isEmpty() || oneIn(3)) {
            spec.set(field, list);
        } else if (random.nextBoolean()) {
            spec.putNull(field);
        }
    }

    private boolean oneIn(int times) {
        return random.nextInt(times) == 0;
    }

    private void maybe(int oneIn, Runnable action) {
        if (oneIn(oneIn)) {
            action.run();
        }
    }
}
