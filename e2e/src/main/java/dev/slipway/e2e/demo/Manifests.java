package dev.slipway.e2e.demo;

import java.nio.file.Path;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.MappingIterator;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** Reads manifests. */
final class Manifests {
    private static final YAMLMapper YAML = new YAMLMapper();

    private Manifests() {}

    /** The first object of this kind in a file of one or several. */
    static JsonNode read(Path file, String kind) {
        try (MappingIterator<JsonNode> documents =
                YAML.readerFor(JsonNode.class).readValues(file.toFile())) {
            List<JsonNode> all = documents.readAll();
            return all.stream()
                    .filter(each -> each.path("kind").asString().equals(kind))
                    .findFirst()
                    .orElseThrow(() -> new IllegalStateException("no " + kind + " in " + file));
        } catch (JacksonException unreadable) {
            throw new IllegalStateException("cannot read " + file, unreadable);
        }
    }
}
