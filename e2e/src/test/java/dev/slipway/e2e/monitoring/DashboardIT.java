package dev.slipway.e2e.monitoring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.testkit.process.ProcessResult;
import dev.slipway.testkit.process.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class DashboardIT {
    private static final Pattern VARIABLE = Pattern.compile("\\$\\{?(\\w+)}?");
    private static final JsonMapper JSON = new JsonMapper();

    private static JsonNode dashboard;
    private static List<JsonNode> panels;
    private static List<String> expressions;

    @BeforeAll
    static void read() throws IOException {
        dashboard = JSON.readTree(
                Program.inSourceTree("k8s/monitoring/grafana-dashboard.json").toFile());
        panels = Rules.elements(dashboard.get("panels"));
        expressions = panels.stream()
                .flatMap(panel -> Rules.elements(panel.path("targets")).stream())
                .map(target -> target.get("expr").asString())
                .toList();
    }

    /** As recording rules, since promtool parses no bare expression. */
    @Test
    void prometheusParsesEveryExpression(@TempDir Path folder) throws IOException {
        List<JsonNode> rules = new ArrayList<>();
        for (String expression : expressions) {
            rules.add(JSON.createObjectNode()
                    .put("record", "panel:" + rules.size())
                    .put("expr", withValues(expression)));
        }
        var group = JSON.createObjectNode().put("name", "dashboard").set("rules", JSON.valueToTree(rules));
        var file = JSON.createObjectNode().set("groups", JSON.valueToTree(List.of(group)));
        Files.writeString(folder.resolve("dashboard.yaml"), JSON.writeValueAsString(file));

        ProcessResult result = Promtool.run(folder, "check", "rules", "dashboard.yaml");

        assertThat(result.exitCode()).as(result.toString()).isZero();
        assertThat(result.text()).contains(expressions.size() + " rules found");
    }

    @Test
    void noPanelReadsAMetricThatDoesNotExist() throws IOException {
        Set<String> used =
                queries().flatMap(query -> Metrics.in(query).stream()).collect(Collectors.toSet());
        assertThat(used).hasSizeGreaterThan(20);
        assertThat(Metrics.documented(Program.inSourceTree(".")).unknown(used)).isEmpty();
    }

    @Test
    void noPanelUsesAVariableThatDoesNotExist() {
        Set<String> given = Rules.elements(dashboard.at("/templating/list")).stream()
                .map(variable -> variable.get("name").asString())
                .collect(Collectors.toSet());
        assertThat(given).containsExactlyInAnyOrder("datasource", "namespace", "workload");

        given.addAll(Set.of("__range", "__rate_interval"));
        assertThat(VARIABLE.matcher(dashboard.at("/panels").toString())
                        .results()
                        .map(match -> match.group(1)))
                .isSubsetOf(given);
    }

    @Test
    void everyPanelHasAPlaceAndAQueryOfItsOwn() {
        assertThat(panels.stream().map(panel -> panel.get("id").asInt())).doesNotHaveDuplicates();
        assertThat(panels.stream()
                        .map(panel -> panel.get("gridPos").get("x") + ","
                                + panel.get("gridPos").get("y")))
                .doesNotHaveDuplicates();
        assertThat(panels)
                .filteredOn(panel -> !panel.get("type").asString().equals("row"))
                .allSatisfy(panel -> {
                    assertThat(panel.get("targets")).isNotEmpty();
                    assertThat(panel.at("/datasource/uid").asString()).isEqualTo("${datasource}");
                });
    }

    private static Stream<String> queries() {
        Stream<String> ofVariables = Rules.elements(dashboard.at("/templating/list")).stream()
                .map(variable -> variable.path("definition").asString());
        return Stream.concat(expressions.stream(), ofVariables);
    }

    private static String withValues(String expression) {
        return expression
                .replace("$__rate_interval", "5m")
                .replace("$__range", "6h")
                .replace("$namespace", ".*")
                .replace("$workload", ".*");
    }
}
