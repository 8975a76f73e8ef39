package dev.slipway.webhook.manifest;

import dev.slipway.contract.Problems;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.composer.Composer;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.parser.ParserImpl;
import org.yaml.snakeyaml.reader.StreamReader;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.MappingIterator;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reads manifests as kubectl does: one or many YAML documents or JSON objects, Lists taken apart, YAML 1.1 as
 * sigs.k8s.io/yaml reads it.
 */
public final class ManifestReader {
    /** A List of everything in a large cluster fits; a mistake such as a disk image does not fill the memory. */
    private static final int MOST_BYTES = 64 << 20;

    private static final int DEEPEST = 100;
    private static final JsonMapper JSON = new JsonMapper();
    private static final List<String> TEXT_MAPS = List.of("annotations", "labels");
    private static final List<String> METADATA = List.of(
            "/metadata",
            "/template/metadata",
            "/spec/template/metadata",
            "/spec/jobTemplate/metadata",
            "/spec/jobTemplate/spec/template/metadata");

    private ManifestReader() {}

    /** @throws IOException if the input is neither YAML nor JSON; the message says where */
    public static List<Manifest> read(InputStream input) throws IOException {
        byte[] bytes = input.readNBytes(MOST_BYTES + 1);
        if (bytes.length > MOST_BYTES) {
            throw new IOException("the input is larger than 64 MiB");
        }
        String text = new String(bytes, StandardCharsets.UTF_8);
        var manifests = new ArrayList<Manifest>();
        var unquoted = new UnquotedTexts();
        for (JsonNode document :
                text.stripLeading().startsWith("{") ? jsonOrYaml(text, unquoted) : yaml(text, unquoted)) {
            flatten(document).forEach(object -> manifests.add(manifest(object, unquoted)));
        }
        return manifests;
    }

    /** A document in braces may be either: kubectl tries JSON first. */
    private static List<JsonNode> jsonOrYaml(String text, UnquotedTexts unquoted) throws IOException {
        try (MappingIterator<JsonNode> documents =
                JSON.readerFor(JsonNode.class).readValues(text)) {
            return documents.readAll();
        } catch (JacksonException noJson) {
            return yaml(text, unquoted);
        }
    }

    private static List<JsonNode> yaml(String text, UnquotedTexts unquoted) throws IOException {
        var options = new LoaderOptions();
        options.setCodePointLimit(MOST_BYTES);
        options.setNestingDepthLimit(DEEPEST);
        options.setMaxAliasesForCollections(Integer.MAX_VALUE); // YamlTree counts what they stand for
        var documents = new ArrayList<JsonNode>();
        try {
            var parser = new ParserImpl(new StreamReader(new StringReader(text)), options);
            var composer = new Composer(parser, YamlScalar.resolver(), options);
            while (composer.checkNode()) {
                JsonNode document = new YamlTree(unquoted).of(composer.getNode());
                if (!document.isNull()) {
                    documents.add(document);
                }
            }
        } catch (MarkedYAMLException malformed) {
            // The whole message quotes the input.
            String line = malformed.getProblemMark() == null
                    ? ""
                    : " (line " + (malformed.getProblemMark().getLine() + 1) + ")";
            throw new IOException("the input is not YAML: " + malformed.getProblem() + line, malformed);
        } catch (YAMLException malformed) {
            throw new IOException("the input is not YAML: " + malformed.getMessage(), malformed);
        }
        return documents;
    }

    /** The items of a List, each with the kind that a typed list does not repeat. */
    private static List<JsonNode> flatten(JsonNode document) {
        String kind = document.path("kind").asString("");
        if (!document.path("items").isArray() || !(kind.isEmpty() || kind.endsWith("List"))) {
            return List.of(document);
        }
        var objects = new ArrayList<JsonNode>();
        for (JsonNode item : document.path("items")) {
            if (item instanceof ObjectNode object && !object.has("kind") && kind.length() > "List".length()) {
                object.put("kind", kind.substring(0, kind.length() - "List".length()));
            }
            objects.addAll(flatten(item));
        }
        return objects;
    }

    private static Manifest manifest(JsonNode object, UnquotedTexts unquoted) {
        var problems = new Problems();
        for (String metadata : METADATA) {
            for (String map : TEXT_MAPS) {
                if (object.at(metadata).path(map) instanceof ObjectNode texts) {
                    unquoted.quote(texts, problems);
                }
            }
        }
        return new Manifest(object, problems.list());
    }
}
