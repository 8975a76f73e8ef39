package dev.slipway.webhook.admission;

import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Collects the operations of a JSON Patch (RFC 6902). Not thread-safe. */
final class JsonPatch {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private final ArrayNode operations = JSON.arrayNode();

    ArrayNode operations() {
        return operations;
    }

    /** The whole patch fails unless this value is there. */
    void test(String path, JsonNode value) {
        operation("test", path).set("value", value);
    }

    void add(String path, JsonNode value) {
        operation("add", path).set("value", value);
    }

    void move(String from, String path) {
        operation("move", path).put("from", from);
    }

    /** Adds entries at the end of a list that may be absent or null. */
    void append(JsonNode parent, String parentPath, String field, List<? extends JsonNode> entries) {
        if (entries.isEmpty()) {
            return;
        }
        String path = parentPath + "/" + escaped(field);
        if (parent.path(field).isArray()) {
            entries.forEach(entry -> add(path + "/-", entry));
        } else {
            guardNull(parent, path, field);
            // One operation for all: a second one would replace the list that the first one made.
            add(path, JSON.arrayNode().addAll(entries));
        }
    }

    /** Sets a field of an object that may be absent or null itself. */
    void put(JsonNode parent, String parentPath, String object, String field, JsonNode value) {
        String path = parentPath + "/" + escaped(object);
        JsonNode present = parent.path(object);
        if (!present.isObject()) {
            guardNull(parent, path, object);
            add(path, JSON.objectNode().set(field, value));
        } else if (!present.path(field).equals(value)) {
            add(path + "/" + escaped(field), value);
        }
    }

    static String escaped(String segment) {
        return segment.replace("~", "~0").replace("/", "~1");
    }

    private void guardNull(JsonNode parent, String path, String field) {
        if (parent.path(field).isNull()) {
            test(path, JSON.nullNode());
        }
    }

    private ObjectNode operation(String name, String path) {
        return operations.addObject().put("op", name).put("path", path);
    }
}
