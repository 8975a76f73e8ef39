package dev.slipway.testkit.kubelet;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/** The environment of a container: {@code envFrom} first, then {@code env} in its order, each seeing those before it. */
final class ContainerEnvironment {
    private static final Pattern NAME = Pattern.compile("[-._a-zA-Z][-._a-zA-Z0-9]*");

    private final ClusterObjects objects;
    private final JsonNode pod;
    private final JsonNode container;
    private final Map<String, String> variables = new LinkedHashMap<>();

    private ContainerEnvironment(ClusterObjects objects, JsonNode pod, JsonNode container) {
        this.objects = objects;
        this.pod = pod;
        this.container = container;
    }

    static Map<String, String> of(ClusterObjects objects, JsonNode pod, JsonNode container) {
        var environment = new ContainerEnvironment(objects, pod, container);
        container.path("envFrom").forEach(environment::addAll);
        container.path("env").forEach(environment::add);
        return environment.variables;
    }

    private void addAll(JsonNode source) {
        String prefix = source.path("prefix").asString("");
        boolean fromSecret = source.has("secretRef");
        JsonNode reference = source.path(fromSecret ? "secretRef" : "configMapRef");
        data(reference, fromSecret)
                .ifPresent(data -> data.forEach((key, value) -> {
                    // The kubelet skips keys that cannot be names, and says so in an event.
                    if (NAME.matcher(prefix + key).matches()) {
                        variables.put(prefix + key, utf8(value));
                    }
                }));
    }

    private void add(JsonNode variable) {
        String name = variable.path("name").asString();
        JsonNode from = variable.path("valueFrom");
        if (from.isMissingNode() || from.isNull()) {
            variables.put(name, VariableExpansion.expand(variable.path("value").asString(""), variables));
        } else {
            resolve(name, from).ifPresent(value -> variables.put(name, value));
        }
    }

    private Optional<String> resolve(String variable, JsonNode from) {
        if (from.has("secretKeyRef")) {
            return key(from.path("secretKeyRef"), true);
        }
        if (from.has("configMapKeyRef")) {
            return key(from.path("configMapKeyRef"), false);
        }
        if (from.has("fieldRef")) {
            return Optional.of(
                    PodFields.field(pod, from.path("fieldRef").path("fieldPath").asString()));
        }
        if (from.has("resourceFieldRef")) {
            return Optional.of(PodFields.resource(container, from.path("resourceFieldRef")));
        }
        throw ContainerConfigException.config("variable " + variable + " has a valueFrom that is not played: " + from);
    }

    private Optional<String> key(JsonNode reference, boolean fromSecret) {
        String key = reference.path("key").asString();
        Optional<String> value =
                data(reference, fromSecret).map(data -> data.get(key)).map(ContainerEnvironment::utf8);
        if (value.isEmpty() && !isOptional(reference)) {
            throw ContainerConfigException.config(
                    "couldn't find key " + key + " in " + describe(reference, fromSecret));
        }
        return value;
    }

    private Optional<Map<String, byte[]>> data(JsonNode reference, boolean fromSecret) {
        String namespace = PodFields.namespace(pod);
        String name = reference.path("name").asString();
        Optional<Map<String, byte[]>> data =
                fromSecret ? objects.secret(namespace, name) : objects.configMap(namespace, name);
        if (data.isEmpty() && !isOptional(reference)) {
            throw ContainerConfigException.config(describe(reference, fromSecret) + " not found");
        }
        return data;
    }

    private String describe(JsonNode reference, boolean fromSecret) {
        return (fromSecret ? "Secret " : "ConfigMap ") + PodFields.namespace(pod) + "/"
                + reference.path("name").asString();
    }

    private static boolean isOptional(JsonNode reference) {
        return reference.path("optional").asBoolean(false);
    }

    private static String utf8(byte[] value) {
        return new String(value, StandardCharsets.UTF_8);
    }
}
