package dev.slipway.e2e;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Kinds of Kubernetes' own OpenAPI document as definitions of a JSON schema in which every object is closed. */
final class OpenApiDefinitions {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private final Map<String, JsonNode> sources = new HashMap<>();
    private final Map<String, JsonNode> closed = new TreeMap<>();

    private OpenApiDefinitions(JsonNode document) {
        // Those that pods are made of; other groups have kinds of the same name.
        document.path("definitions").properties().stream()
                .filter(entry ->
                        entry.getKey().matches("io[.]k8s[.](api[.]core[.]v1|apimachinery[.].*)[.][A-Za-z0-9]+"))
                .forEach(entry -> sources.put(nameOf(entry.getKey()), entry.getValue()));
    }

    /**
     * @param document of {@code /openapi/v2}
     * @param names of the definitions, which bring along those that they refer to
     */
    static ObjectNode closed(JsonNode document, List<String> names) {
        var definitions = new OpenApiDefinitions(document);
        names.forEach(definitions::add);
        return JSON.objectNode().setAll(definitions.closed);
    }

    private void add(String name) {
        if (closed.putIfAbsent(name, JSON.nullNode()) == null) {
            closed.put(
                    name,
                    switch (name) {
                        // Text by its type, and numbers too by what the API server reads.
                        case "Quantity" -> types("string", "number");
                        case "IntOrString" -> types("string", "integer");
                        default -> schema(sources.getOrDefault(name, JSON.missingNode()));
                    });
        }
    }

    private JsonNode schema(JsonNode source) {
        ObjectNode schema = JSON.objectNode();
        if (source.has("$ref")) {
            String name = nameOf(source.path("$ref").asString(""));
            add(name);
            return schema.put("$ref", "#/definitions/" + name);
        }
        for (String key : List.of("type", "enum", "required")) {
            if (source.has(key)) {
                schema.set(key, source.path(key));
            }
        }
        if (source.has("items")) {
            schema.set("items", schema(source.path("items")));
        }
        if (source.path("type").asString("").equals("object")) {
            if (source.has("properties")) {
                ObjectNode properties = schema.putObject("properties");
                source.path("properties")
                        .properties()
                        .forEach(each -> properties.set(each.getKey(), schema(each.getValue())));
            }
            JsonNode others = source.path("additionalProperties");
            schema.set("additionalProperties", others.isObject() ? schema(others) : JSON.booleanNode(false));
        }
        return schema;
    }

    private static ObjectNode types(String... names) {
        ObjectNode schema = JSON.objectNode();
        List.of(names).forEach(schema.withArray("type")::add);
        return schema;
    }

    private static String nameOf(String qualified) {
        return qualified.substring(qualified.lastIndexOf('.') + 1);
    }
}
