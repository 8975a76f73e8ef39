package dev.slipway.migrator.lint;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.migrator.effects.Rule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The page of rules has a section for each rule, with its own words, and an example that is found. */
class RulesDocumentationTest {
    private static final Path PAGE = Path.of("../docs/rules.md");

    private static List<String> section(LintRule rule) {
        return List.of(
                "### `" + rule.name() + "`: " + rule.severity().word(),
                "",
                "- Why: " + rule.why() + ".",
                "- Instead: " + rule.saferWay() + ".");
    }

    @Test
    void thePageHasEachRule() throws IOException {
        List<String> lines = Files.readAllLines(PAGE);
        var found = new ArrayList<String>();
        for (int index = 0; index < lines.size(); index++) {
            if (lines.get(index).startsWith("### ")) {
                found.addAll(lines.subList(index, index + 4));
            }
        }
        assertThat(found)
                .containsExactlyElementsOf(LintRule.all().stream()
                        .flatMap(rule -> section(rule).stream())
                        .toList());
    }

    static Stream<String> statementRules() {
        return Arrays.stream(Rule.values()).map(Rule::ruleName);
    }

    @ParameterizedTest
    @MethodSource("statementRules")
    void theExampleIsFound(String rule, @TempDir Path folder) throws IOException {
        String page = Files.readString(PAGE);
        String example = block(page, "### `" + rule + "`");
        LintFolder lint = new LintFolder(folder)
                .file("V1__released.sql", block(page, "## About a statement"))
                .file("V2__example.sql", example);
        if (example.contains("executeInTransaction=false")) {
            lint.file("V2__example.sql.conf", "executeInTransaction=false");
        }
        LintFolder.Judged judged = lint.lint("--released", "1");
        assertThat(judged.findings()).as(judged.output()).anyMatch(each -> each.startsWith(rule + " V2__example.sql:"));
    }

    private static String block(String page, String heading) {
        int start = page.indexOf("```sql\n", page.indexOf(heading)) + 7;
        return page.substring(start, page.indexOf("```", start));
    }
}
