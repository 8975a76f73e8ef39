package dev.slipway.webhook.admission;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import dev.slipway.webhook.injection.Annotation;
import dev.slipway.webhook.injection.Annotations;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Changes a pod at places and in ways that the fuzzer chooses. */
final class PodEdits {
    private static final int MOST = 12;
    private static final int LONGEST_TEXT = 40;
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private static final List<String> FIELDS = List.of(
            "metadata",
            "annotations",
            "labels",
            "generateName",
            "name",
            "spec",
            "initContainers",
            "containers",
            "ephemeralContainers",
            "volumes",
            "env",
            "envFrom",
            "volumeMounts",
            "mountPath",
            "subPath",
            "resources",
            "requests",
            "limits",
            "cpu",
            "memory",
            "securityContext",
            "runAsUser",
            "restartPolicy",
            "image",
            "value",
            "args",
            "command",
            "os",
            "nodeSelector",
            "kubernetes.io/os",
            "emptyDir",
            "secret",
            "ownerReferences");

    /** Names and values that decide something, and JSON that code trips over. */
    private static final List<String> VALUES = List.of(
            "null",
            "{}",
            "[]",
            "[null]",
            "[{}]",
            "\"\"",
            "0",
            "-1",
            "1e999",
            "9223372036854775808",
            "true",
            "\"true\"",
            "\"\\u0000\"",
            "\"\\ud800\"",
            "\"a/~b\"",
            "{\"\":{}}",
            "[[[[]]]]",
            "\"slipway-migrate\"",
            "\"slipway-preflight\"",
            "\"slipway-copy\"",
            "\"slipway-tmp\"",
            "\"slipway-database\"",
            "\"Always\"",
            "\"windows\"",
            "\"vault-agent-init\"",
            "\"container:api\"",
            "\"container:app-0\"",
            "\"volume:data\"",
            "\"configmap:sql\"",
            "\"image:sql:1\"",
            "\"first\"",
            "\"last\"",
            "\"before:own\"",
            "\"after:own\"",
            "\"off\"",
            "\"inline\"",
            "\"/tmp\"",
            "\"/\"",
            "\"100m\"",
            "\"64Mi\"",
            "\"1e3\"",
            "\"$(A)\"",
            "\"false\"");

    private static final List<String> ANNOTATIONS =
            Annotations.all().stream().map(Annotation::key).toList();

    private final FuzzedDataProvider data;

    PodEdits(FuzzedDataProvider data) {
        this.data = data;
    }

    void apply(ObjectNode pod) {
        int edits = data.consumeInt(0, MOST);
        for (int edit = 0; edit < edits; edit++) {
            if (data.consumeBoolean()) {
                annotate(pod);
            } else {
                change(place(pod));
            }
        }
    }

    private void annotate(ObjectNode pod) {
        ObjectNode metadata = pod.get("metadata") instanceof ObjectNode present ? present : pod.putObject("metadata");
        ObjectNode annotations =
                metadata.get("annotations") instanceof ObjectNode present ? present : metadata.putObject("annotations");
        String key = data.pickValue(ANNOTATIONS);
        if (data.consumeBoolean()) {
            annotations.set(key, value());
        } else {
            annotations.remove(key);
        }
    }

    /** An object or list somewhere in the pod. */
    private JsonNode place(JsonNode root) {
        JsonNode place = root;
        while (data.consumeBoolean()) {
            List<JsonNode> inner = new ArrayList<>();
            place.forEach(child -> {
                if (child.isContainer()) {
                    inner.add(child);
                }
            });
            if (inner.isEmpty()) {
                break;
            }
            place = data.pickValue(inner);
        }
        return place;
    }

    private void change(JsonNode place) {
        if (place instanceof ObjectNode object) {
            changeField(object);
        } else if (place instanceof ArrayNode list) {
            changeElement(list);
        }
    }

    private void changeField(ObjectNode object) {
        List<String> names = new ArrayList<>(FIELDS);
        object.propertyNames().forEach(names::add);
        String name = data.consumeBoolean() ? data.pickValue(names) : data.consumeString(LONGEST_TEXT);
        if (data.consumeBoolean()) {
            object.set(name, value());
        } else {
            object.remove(name);
        }
    }

    private void changeElement(ArrayNode list) {
        int index = data.consumeInt(0, list.size());
        if (index == list.size()) {
            list.add(value());
        } else if (data.consumeBoolean()) {
            list.insert(data.consumeInt(0, list.size()), list.get(index).deepCopy());
        } else if (data.consumeBoolean()) {
            list.set(index, value());
        } else {
            list.remove(index);
        }
    }

    private JsonNode value() {
        if (data.consumeBoolean()) {
            return JSON.stringNode(data.consumeString(LONGEST_TEXT));
        }
        return Reviews.JSON.readTree(data.pickValue(VALUES));
    }
}
