package dev.slipway.webhook.manifest;

import dev.slipway.contract.Problems;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeType;
import tools.jackson.databind.node.ObjectNode;

/** Remembers how scalars were written: of {@code 1.10} the number keeps only 1.1. */
final class UnquotedTexts {
    private static final int LONGEST_QUOTE = 80;

    private final IdentityHashMap<ObjectNode, Map<String, String>> texts = new IdentityHashMap<>();

    void remember(ObjectNode parent, String key, String text) {
        texts.computeIfAbsent(parent, any -> new HashMap<>()).put(key, text);
    }

    /** Turns every value of a map of texts into the text that was written, and reports those that are no strings. */
    void quote(ObjectNode map, Problems problems) {
        Map<String, String> written = texts.getOrDefault(map, Map.of());
        for (Map.Entry<String, JsonNode> entry : List.copyOf(map.properties())) {
            JsonNode value = entry.getValue();
            if (value.isNull()) {
                // The API server takes null for an empty string.
                map.put(entry.getKey(), "");
            } else if (value.isContainer()) {
                problems.add(entry.getKey(), "is " + named(value.getNodeType()) + "; expected a string");
            } else if (!value.isString()) {
                String text = written.getOrDefault(entry.getKey(), value.asString(""));
                String shown = text.length() <= LONGEST_QUOTE ? text : text.substring(0, LONGEST_QUOTE) + "…";
                problems.add(
                        entry.getKey(),
                        "is " + shown + " without quotes, which is " + named(value.getNodeType())
                                + " and no string; put it in quotes: \"" + shown + "\"");
                map.put(entry.getKey(), text);
            }
        }
    }

    private static String named(JsonNodeType type) {
        String name = type.name().toLowerCase(Locale.ROOT);
        return (name.startsWith("a") || name.startsWith("o") ? "an " : "a ") + name;
    }
}
