package dev.slipway.e2e.monitoring;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/**
 * A rule file of Prometheus and its tests.
 *
 * @param alerts the rules that alert
 * @param recorded the names of the series that the others record
 * @param expressions of both
 * @param tests the groups of the file for {@code promtool test rules}
 */
record Rules(List<JsonNode> alerts, Set<String> recorded, List<String> expressions, List<JsonNode> tests) {
    private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());

    static Rules read(Path rules, Path tests) throws IOException {
        List<JsonNode> all = YAML.readTree(rules.toFile()).get("groups").findValues("rules").stream()
                .flatMap(group -> elements(group).stream())
                .toList();
        return new Rules(
                all.stream().filter(rule -> rule.has("alert")).toList(),
                all.stream()
                        .filter(rule -> rule.has("record"))
                        .map(rule -> rule.get("record").asText())
                        .collect(Collectors.toCollection(TreeSet::new)),
                all.stream().map(rule -> rule.get("expr").asText()).toList(),
                elements(YAML.readTree(tests.toFile()).get("tests")));
    }

    List<String> alertNames() {
        return alerts.stream().map(rule -> rule.get("alert").asText()).toList();
    }

    /** The metrics that the rules read, not what they record themselves. */
    Set<String> metrics() {
        return expressions.stream()
                .flatMap(expression -> Metrics.in(expression).stream())
                .filter(name -> !recorded.contains(name))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    static List<JsonNode> elements(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false).toList();
    }
}
