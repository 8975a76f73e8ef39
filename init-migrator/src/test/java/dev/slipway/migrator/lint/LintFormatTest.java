package dev.slipway.migrator.lint;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion.VersionFlag;
import dev.slipway.migrator.effects.Rule;
import dev.slipway.migrator.plan.ScriptRule;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/** Each format with names, SQL and reasons that try to be more than a text. */
class LintFormatTest {
    private static final String HOSTILE =
            "a\"b'<c>&d|e`f*[g](h)%0A::error::,:\r\n\t\u0000\u0007\u001b[31m\u202e\uffff @team ]]> \ud800 ü 😀";

    private static final LintFinding ERROR =
            new LintFinding(LintRule.of(Rule.DROP_COLUMN), Severity.ERROR, HOSTILE, 3, 2, HOSTILE, " " + HOSTILE);
    private static final LintFinding WARNING = new LintFinding(
            LintRule.of(Rule.WRITE_ALL_ROWS),
            Severity.WARNING,
            "db/V2__b.sql",
            1,
            1,
            "a message",
            "update t set i = 1;");
    private static final LintFinding OF_THE_FILE = new LintFinding(
            LintRule.of(ScriptRule.LATE_VERSION), Severity.ERROR, "db/c:d/V1 x.sql", 0, 0, "it is late", "");
    private static final LintResult RESULT = new LintResult(
            "main",
            7,
            List.of("db/V2__b.sql", "db/V3__sound.sql", HOSTILE),
            List.of(ERROR, ERROR, WARNING, OF_THE_FILE),
            List.of(new AcceptedFinding(ERROR, HOSTILE), new AcceptedFinding(WARNING, "")));

    private static JsonNode json(LintFormat format) throws IOException {
        return new ObjectMapper().readTree(format.write(RESULT));
    }

    @Test
    void sarifFollowsItsSchema() throws IOException {
        JsonNode document = json(LintFormat.SARIF);
        assertThat(schema().validate(document)).isEmpty();
        JsonNode results = document.at("/runs/0/results");
        assertThat(results).hasSize(6);
        results.forEach(result -> assertThat(document.at("/runs/0/tool/driver/rules")
                        .path(result.path("ruleIndex").asInt())
                        .path("id"))
                .isEqualTo(result.path("ruleId")));
        assertThat(results.path(3)
                        .at("/locations/0/physicalLocation/artifactLocation/uri")
                        .asText())
                .isEqualTo("db/c%3Ad/V1%20x.sql");
        assertThat(results.path(4).at("/suppressions/0/kind").asText()).isEqualTo("inSource");
    }

    private static JsonSchema schema() throws IOException {
        try (InputStream schema =
                Objects.requireNonNull(LintFormatTest.class.getResourceAsStream("/lint/sarif-schema-2.1.0.json"))) {
            return JsonSchemaFactory.getInstance(VersionFlag.V4).getSchema(schema);
        }
    }

    /** As the runner reads a workflow command: actions/runner, src/Runner.Common/ActionCommand.cs. */
    private static Map<String, String> command(String line) {
        assertThat(line).startsWith("::");
        int end = line.indexOf("::", 2);
        assertThat(end).isPositive();
        var command = new LinkedHashMap<String, String>();
        String head = line.substring(2, end);
        int blank = head.indexOf(' ');
        command.put("", head.substring(0, blank));
        for (String property : head.substring(blank + 1).split(",", -1)) {
            String[] pair = property.split("=", 2);
            assertThat(pair).hasSize(2);
            command.put(
                    pair[0],
                    pair[1].replace("%0D", "\r")
                            .replace("%0A", "\n")
                            .replace("%3A", ":")
                            .replace("%2C", ",")
                            .replace("%25", "%"));
        }
        command.put(
                "message",
                line.substring(end + 2)
                        .replace("%0D", "\r")
                        .replace("%0A", "\n")
                        .replace("%25", "%"));
        return command;
    }

    @Test
    void githubReadsEachAnnotation() {
        List<String> lines = LintFormat.GITHUB.write(RESULT).lines().toList();
        assertThat(lines).hasSize(7);
        Map<String, String> error = command(lines.get(0));
        assertThat(error).containsEntry("", "error").containsEntry("line", "3").containsEntry("col", "2");
        assertThat(error).containsEntry("file", HOSTILE).containsEntry("title", "slipway: drop-column");
        assertThat(error.get("message")).startsWith(HOSTILE + "\nwhy: ");
        assertThat(command(lines.get(3))).doesNotContainKey("line");
        assertThat(command(lines.get(4))).containsEntry("", "notice").containsEntry("message", HOSTILE);
        assertThat(lines.get(6)).startsWith("3 scripts not released yet");
    }

    @Test
    void gitlabFindsItsFields() throws IOException {
        JsonNode all = json(LintFormat.GITLAB);
        assertThat(all).hasSize(4);
        var fingerprints = new HashSet<String>();
        all.forEach(each -> {
            assertThat(each.path("description").asText()).isNotBlank();
            assertThat(each.path("check_name").asText()).isNotBlank();
            assertThat(each.path("severity").asText()).isIn("info", "minor", "major", "critical", "blocker");
            assertThat(each.at("/location/path").asText()).isNotBlank();
            assertThat(each.at("/location/lines/begin").asInt()).isPositive();
            assertThat(fingerprints.add(each.path("fingerprint").asText())).isTrue();
        });
    }

    @Test
    void junitIsWellFormed() throws Exception {
        Document document = DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new ByteArrayInputStream(LintFormat.JUNIT.write(RESULT).getBytes(StandardCharsets.UTF_8)));
        Element suite = (Element) document.getElementsByTagName("testsuite").item(0);
        NodeList cases = suite.getElementsByTagName("testcase");
        assertThat(cases.getLength()).isEqualTo(5);
        assertThat(suite.getAttribute("tests")).isEqualTo("5");
        assertThat(suite.getElementsByTagName("failure").getLength()).isEqualTo(3);
        assertThat(suite.getAttribute("failures")).isEqualTo("3");
        assertThat(suite.getElementsByTagName("skipped").getLength()).isEqualTo(1);
        assertThat(((Element) cases.item(0)).getAttribute("classname")).contains("<c>&d|e`", "\r\n\t", "]]>", "😀");
    }

    @Test
    void markdownStaysInItsCells() {
        var rows = new ArrayList<>(LintFormat.MARKDOWN.write(RESULT).lines().toList());
        rows.removeIf(line -> !line.startsWith("|"));
        assertThat(rows).hasSize(2 + 4 + 2 + 2);
        assertThat(rows.subList(0, 6))
                .allSatisfy(row ->
                        assertThat(row.chars().filter(each -> each == '|')).hasSize(6));
        assertThat(String.join("", rows)).doesNotContain("<", "`", "[", "@", "\u001b", "\u202e");
    }

    @Test
    void jsonHasEverything() throws IOException {
        JsonNode document = json(LintFormat.JSON);
        assertThat(document.path("findings")).hasSize(4);
        assertThat(document.at("/findings/0/file").asText().replace("\ud800", ""))
                .isEqualTo(HOSTILE.replace("\ud800", ""));
        assertThat(document.at("/accepted/0/reason").asText()).contains("@team");
        assertThat(document.path("judged").asInt()).isEqualTo(3);
    }

    @Test
    void noTextActsOnATerminal() {
        String text = LintFormat.TEXT.write(RESULT);
        assertThat(text).doesNotContain("\u001b", "\u0007", "\u202e", "\r");
        assertThat(text).contains("""
                db/V2__b.sql:1:1: warning: a message [write-all-rows]
                  1 | update t set i = 1;
                    | ^
                """);
        assertThat(text).contains("accepted: db/V2__b.sql:1:1 [write-all-rows] without a reason");
    }
}
