package dev.slipway.migrator.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.migrator.effects.Rule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The page of hazards has a line for each rule, with its own words: the actual lines are what to paste. */
class HazardsDocumentationTest {
    private static final Path PAGE = Path.of("../docs/hazards.md");

    @Test
    void thePageHasEachRule() throws IOException {
        List<String> rows = Files.readAllLines(PAGE).stream()
                .filter(line -> line.startsWith("| `"))
                .toList();
        assertThat(rows)
                .containsExactlyElementsOf(Arrays.stream(Rule.values())
                        .map(rule -> "| `" + rule.ruleName() + "` | " + rule.what("…") + " | " + rule.why() + " | "
                                + rule.saferWay() + " |")
                        .toList());
    }
}
