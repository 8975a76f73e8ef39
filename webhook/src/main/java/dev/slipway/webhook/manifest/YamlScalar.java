package dev.slipway.webhook.manifest;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeId;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.Tag;
import org.yaml.snakeyaml.resolver.Resolver;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * What a scalar is in the YAML that Kubernetes reads, which is 1.1 with habits of its own: {@code y} is true, 0777 an octal
 * number, 1:30 a string, and so is a date.
 */
final class YamlScalar {
    private static final Set<String> TRUE =
            Set.of("y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON");
    private static final Set<String> FALSE =
            Set.of("n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF");
    private static final Set<String> NULL = Set.of("", "~", "null", "Null", "NULL");
    private static final Pattern NO_NUMBER_OF_JSON = Pattern.compile("[-+]?\\.(inf|Inf|INF)|\\.(nan|NaN|NAN)");
    private static final Pattern FLOAT = Pattern.compile("[-+]?(\\.[0-9]+|[0-9]+(\\.[0-9]*)?)([eE][-+]?[0-9]{1,4})?");
    private static final Pattern DATE = Pattern.compile("[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}([Tt ].*)?");
    private static final int LONGEST_NUMBER = 400;
    /** Of a scalar that has neither quotes nor a tag. */
    private static final Tag PLAIN = new Tag("slipway:plain");

    private static final Set<Tag> RESOLVED = Set.of(PLAIN, Tag.INT, Tag.FLOAT, Tag.BOOL, Tag.NULL);
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private YamlScalar() {}

    /** Leaves it to this class what a plain scalar is. */
    static Resolver resolver() {
        return new Resolver() {
            @Override
            public Tag resolve(NodeId kind, String value, boolean implicit) {
                return kind == NodeId.scalar && implicit ? PLAIN : super.resolve(kind, value, implicit);
            }
        };
    }

    static JsonNode of(ScalarNode scalar) {
        String text = scalar.getValue();
        if (scalar.getTag().equals(Tag.BINARY)) {
            return JSON.stringNode(decoded(text));
        }
        return RESOLVED.contains(scalar.getTag()) ? resolved(text) : JSON.stringNode(text);
    }

    static boolean isMerge(Node key) {
        return key instanceof ScalarNode scalar
                && scalar.getValue().equals("<<")
                && (scalar.getTag().equals(PLAIN) || scalar.getTag().equals(Tag.MERGE));
    }

    /** As text: JSON has no other keys. */
    static String key(Node node) {
        JsonNode key = node instanceof ScalarNode scalar ? of(scalar) : JSON.nullNode();
        if (key.isNull()) {
            throw new YAMLException("line " + (node.getStartMark().getLine() + 1)
                    + ": expected a string, a number or a boolean as key");
        }
        return key.asString("");
    }

    /** A plain scalar. */
    private static JsonNode resolved(String text) {
        if (NULL.contains(text)) {
            return JSON.nullNode();
        }
        if (TRUE.contains(text) || FALSE.contains(text)) {
            return JSON.booleanNode(TRUE.contains(text));
        }
        if (NO_NUMBER_OF_JSON.matcher(text).matches()) {
            throw new YAMLException(text + " is a number that JSON does not have");
        }
        if (DATE.matcher(text).matches()) {
            return JSON.stringNode(text);
        }
        return number(text.replace("_", "")).orElseGet(() -> JSON.stringNode(text));
    }

    private static Optional<JsonNode> number(String text) {
        if (text.isEmpty() || text.length() > LONGEST_NUMBER || "+-.0123456789".indexOf(text.charAt(0)) < 0) {
            return Optional.empty();
        }
        Optional<BigInteger> integer = integer(text);
        if (integer.isPresent()) {
            return integer.map(JSON::numberNode);
        }
        return FLOAT.matcher(text).matches()
                ? Optional.of(JSON.numberNode(new BigDecimal(text.endsWith(".") ? text + "0" : text).doubleValue()))
                : Optional.empty();
    }

    private static Optional<BigInteger> integer(String text) {
        boolean signed = text.startsWith("-") || text.startsWith("+");
        String digits = signed ? text.substring(1) : text;
        int radix = 10;
        if (digits.length() > 1 && digits.charAt(0) == '0') {
            char kind = Character.toLowerCase(digits.charAt(1));
            radix = kind == 'x' ? 16 : kind == 'b' ? 2 : 8;
            digits = digits.substring(kind == 'x' || kind == 'b' || kind == 'o' ? 2 : 1);
        }
        if (digits.isEmpty() || "+-".indexOf(digits.charAt(0)) >= 0) {
            return Optional.empty();
        }
        try {
            BigInteger value = new BigInteger(digits, radix);
            BigInteger signedValue = text.startsWith("-") ? value.negate() : value;
            // Longer ones become floats.
            return signedValue.bitLength() <= Long.SIZE ? Optional.of(signedValue) : Optional.empty();
        } catch (NumberFormatException noInteger) {
            return Optional.empty();
        }
    }

    private static String decoded(String base64) {
        try {
            return new String(Base64.getMimeDecoder().decode(base64), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException malformed) {
            throw new YAMLException("!!binary without base64");
        }
    }
}
