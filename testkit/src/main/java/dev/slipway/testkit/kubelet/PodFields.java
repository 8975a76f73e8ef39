package dev.slipway.testkit.kubelet;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/** The downward API: fields of a pod and resources of a container as text. */
final class PodFields {
    private static final Pattern SUBSCRIPT = Pattern.compile("metadata\\.(labels|annotations)\\['(.+)']");
    private static final Pattern QUANTITY = Pattern.compile("([0-9.]+)([A-Za-z]*)");
    private static final Map<String, String> UNITS = Map.of(
            "",
            "1",
            "m",
            "0.001",
            "k",
            "1e3",
            "M",
            "1e6",
            "G",
            "1e9",
            "Ki",
            "1024",
            "Mi",
            "1048576",
            "Gi",
            "1073741824");
    private static final List<String> FROM_THIS_MACHINE = List.of("status.podIP", "status.hostIP", "status.podIPs");

    private PodFields() {}

    static String namespace(JsonNode pod) {
        return pod.path("metadata").path("namespace").asString("default");
    }

    static String name(JsonNode pod) {
        return pod.path("metadata").path("name").asString();
    }

    /** @param path as in {@code fieldRef.fieldPath} */
    static String field(JsonNode pod, String path) {
        Matcher subscript = SUBSCRIPT.matcher(path);
        if (subscript.matches()) {
            return pod.path("metadata")
                    .path(subscript.group(1))
                    .path(subscript.group(2))
                    .asString("");
        }
        return switch (path) {
            case "metadata.namespace" -> namespace(pod);
            case "metadata.name", "metadata.uid", "spec.nodeName" ->
                at(pod, path).asString("");
            case "spec.serviceAccountName" -> at(pod, path).asString("default");
            case "metadata.labels", "metadata.annotations" -> lines(at(pod, path));
            default -> fromThisMachine(path);
        };
    }

    /** @param reference a {@code resourceFieldRef} */
    static String resource(JsonNode container, JsonNode reference) {
        String name = reference.path("resource").asString();
        String quantity = at(container.path("resources"), name).asString("");
        if (quantity.isEmpty()) {
            throw ContainerConfigException.config(
                    "resourceFieldRef names " + name + ", which the container does not set");
        }
        return amount(quantity)
                .divide(
                        amount(reference.path("divisor").asString("1").replaceFirst("^0$", "1")),
                        0,
                        RoundingMode.CEILING)
                .toPlainString();
    }

    private static BigDecimal amount(String quantity) {
        Matcher parts = QUANTITY.matcher(quantity);
        String unit = parts.matches() ? UNITS.get(parts.group(2)) : null;
        if (unit == null) {
            throw ContainerConfigException.config("'" + quantity + "' is not a quantity that this player knows");
        }
        return new BigDecimal(parts.group(1)).multiply(new BigDecimal(unit));
    }

    private static String fromThisMachine(String path) {
        if (FROM_THIS_MACHINE.contains(path)) {
            return "127.0.0.1";
        }
        throw ContainerConfigException.config("fieldPath '" + path + "' is not a field that pods expose");
    }

    private static JsonNode at(JsonNode node, String path) {
        return node.at("/" + path.replace('.', '/'));
    }

    private static String lines(JsonNode map) {
        var sorted = new TreeMap<String, String>();
        map.properties()
                .forEach(each -> sorted.put(each.getKey(), each.getValue().asString()));
        var lines = new StringJoiner("\n");
        sorted.forEach((key, value) -> lines.add(key + "=\"" + value.replace("\"", "\\\"") + "\""));
        return lines.toString();
    }
}
