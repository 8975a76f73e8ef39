package dev.slipway.webhook.manifest;

import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Turns the nodes of one YAML document into JSON: aliases become copies, merge keys the fields that they bring. */
final class YamlTree {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    /** A few lines of aliases to aliases stand for billions of values. */
    private static final int MOST_VALUES = 2_000_000;

    private static final int DEEPEST = 200;

    private final UnquotedTexts unquoted;
    private final Set<Node> open = Collections.newSetFromMap(new IdentityHashMap<>());
    private int values;

    YamlTree(UnquotedTexts unquoted) {
        this.unquoted = unquoted;
    }

    /** @throws YAMLException if the document has no JSON form */
    JsonNode of(Node node) {
        if (++values > MOST_VALUES) {
            throw new YAMLException("its aliases stand for more than " + MOST_VALUES + " values");
        }
        if (node instanceof ScalarNode scalar) {
            return YamlScalar.of(scalar);
        }
        if (!open.add(node) || open.size() > DEEPEST) {
            throw new YAMLException("line " + (node.getStartMark().getLine() + 1) + " contains itself, or more than "
                    + DEEPEST + " levels");
        }
        JsonNode tree;
        if (node instanceof MappingNode mapping) {
            ObjectNode object = JSON.objectNode();
            put(mapping, object);
            tree = object;
        } else {
            ArrayNode array = JSON.arrayNode();
            ((SequenceNode) node).getValue().forEach(element -> array.add(of(element)));
            tree = array;
        }
        open.remove(node);
        return tree;
    }

    /** In the order of the document: kubectl lets a merge overrule the fields before it. */
    private void put(MappingNode mapping, ObjectNode object) {
        for (NodeTuple entry : mapping.getValue()) {
            if (YamlScalar.isMerge(entry.getKeyNode())) {
                merge(entry.getValueNode(), object);
            } else {
                String key = YamlScalar.key(entry.getKeyNode());
                object.set(key, of(entry.getValueNode()));
                if (entry.getValueNode() instanceof ScalarNode scalar) {
                    unquoted.remember(object, key, scalar.getValue());
                }
            }
        }
    }

    private void merge(Node source, ObjectNode object) {
        if (source instanceof SequenceNode sources) {
            for (int index = sources.getValue().size() - 1; index >= 0; index--) {
                merge(sources.getValue().get(index), object);
            }
        } else if (source instanceof MappingNode mapping && open.add(mapping)) {
            put(mapping, object);
            open.remove(mapping);
        } else {
            throw new YAMLException(
                    "line " + (source.getStartMark().getLine() + 1) + ": a merge key needs a map, or a list of maps");
        }
    }
}
