package dev.slipway.e2e.monitoring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.testkit.process.ProcessResult;
import dev.slipway.testkit.process.Program;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class RulesIT {
    private static final Path FOLDER = Program.inSourceTree("k8s/monitoring");
    private static final String RULES = "slipway-rules.yaml";
    private static final String TESTS = "slipway-rules.test.yaml";
    private static final String QUIET = "all is well, and no alert of any kind";

    private static Rules rules;

    @BeforeAll
    static void read() throws IOException {
        rules = Rules.read(FOLDER.resolve(RULES), FOLDER.resolve(TESTS));
    }

    @Test
    void prometheusAcceptsTheRules() {
        ProcessResult result = Promtool.run(FOLDER, "check", "rules", "--lint=all", "--lint-fatal", RULES);
        assertThat(result.exitCode()).as(result.toString()).isZero();
    }

    @Test
    void everyAlertFiresAndStaysSilentWhereItShould() {
        ProcessResult result = Promtool.run(FOLDER, "test", "rules", TESTS);
        assertThat(result.exitCode()).as(result.toString()).isZero();
    }

    @Test
    void noAlertIsLeftOutOfTheTests() {
        Set<String> fired =
                rules.tests().stream().flatMap(RulesIT::fired).collect(Collectors.toCollection(TreeSet::new));
        assertThat(rules.alertNames())
                .doesNotHaveDuplicates()
                .allSatisfy(alert -> assertThat(fired)
                        .as("what the tests make fire")
                        .anySatisfy(text -> assertThat(text).containsPattern("\\b" + alert + "\\b")));
    }

    @Test
    void theQuietTestHasEveryMetricThatTheRulesRead() {
        JsonNode quiet = rules.tests().stream()
                .filter(test -> test.get("name").asString().equals(QUIET))
                .findAny()
                .orElseThrow();
        Set<String> given = quiet.get("input_series").findValuesAsString("series").stream()
                .flatMap(series -> Metrics.in(series).stream())
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(rules.metrics())
                .filteredOn(metric -> !given.contains(metric))
                .isEmpty();
    }

    @Test
    void noRuleReadsAMetricThatDoesNotExist() throws IOException {
        assertThat(rules.metrics()).hasSizeGreaterThan(15);
        assertThat(Metrics.documented(Program.inSourceTree(".")).unknown(rules.metrics()))
                .isEmpty();
    }

    /** The test of all links checks that the page and its heading exist. */
    @Test
    void everyAlertSaysWhatItMeansAndWhereToReadOn() {
        assertThat(rules.alerts()).hasSizeGreaterThan(15).allSatisfy(rule -> {
            JsonNode annotations = rule.get("annotations");
            assertThat(rule.at("/labels/severity").asString()).isIn("critical", "warning");
            assertThat(annotations.path("summary").asString()).hasSizeBetween(20, 100);
            assertThat(annotations.path("description").asString())
                    .hasSizeGreaterThan(60)
                    .endsWith(".");
            assertThat(annotations.path("runbook_url").asString())
                    .contains("/docs/")
                    .contains("#");
        });
    }

    /** The expressions and names of the expectations of a test that are not empty. */
    private static Stream<String> fired(JsonNode test) {
        Stream<String> byExpression = Rules.elements(test.path("promql_expr_test")).stream()
                .filter(expectation -> !expectation.get("exp_samples").isEmpty())
                .map(expectation -> expectation.get("expr").asString() + expectation.get("exp_samples"));
        Stream<String> byName = Rules.elements(test.path("alert_rule_test")).stream()
                .filter(expectation -> !expectation.get("exp_alerts").isEmpty())
                .map(expectation -> expectation.get("alertname").asString());
        return Stream.concat(byExpression, byName);
    }
}
