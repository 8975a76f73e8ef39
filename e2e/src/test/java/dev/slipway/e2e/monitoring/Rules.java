package dev.slipway.e2e.monitoring;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/**
 * A rule file of Prometheus and its tests.
 *
 * @param alerts the rules that alert
 * @param recorded the names of the series that the others record
 * @param expressions of both
 * @param tests the groups of the file for {@code promtool test rules}
 */
record Rules(List<JsonNode> alerts, Set<String> recorded, List<String> expressions, List<JsonNode> tests) {
    private static final YAMLMapper YAML = new YAMLMapper();

    static Rules read(Path rules, Path tests) throws IOException {
        List<JsonNode> all = YAML.readTree(rules.toFile()).get("groups").findValues("rules").stream()
                .flatMap(group -> elements(group).stream())
                .toList();
        return new Rules(
                all.stream().filter(rule -> rule.has("alert")).toList(),
                all.stream()
                        .filter(rule -> rule.has("record"))
                        .map(rule -> rule.get("record").asString())
                        .collect(Collectors.toCollection(TreeSet::new)),
                all.stream().map(rule -> rule.get("expr").asString()).toList(),
                elements(YAML.readTree(tests.toFile()).get("tests")));
    }

    List<String> alertNames() {
        return alerts.stream().map(rule -> rule.get("alert").asString()).toList();
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
