package dev.slipway.migrator.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.slipway.contract.ExitCode;
import dev.slipway.contract.RunOutcome;
import dev.slipway.contract.TerminationReport;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TerminationMessageTest {
    @Test
    void beginsWithTheSentence() {
        assertThat(TerminationMessage.of(report("it failed", List.of())))
                .startsWith("{\"message\":\"it failed\",\"wayOut\"");
    }

    @Test
    void fitsKubernetesLimitHoweverMuchWasApplied() throws IOException {
        String text = TerminationMessage.of(report("done", Collections.nCopies(1_000, "V1__a_long_name.sql")));

        assertThat(text.getBytes(StandardCharsets.UTF_8)).hasSizeLessThanOrEqualTo(TerminationReport.MAX_BYTES);
        assertThat(new ObjectMapper().readTree(text).get("exitCode").asInt()).isEqualTo(5);
        assertThat(new ObjectMapper().readTree(text).get("appliedCount").asInt())
                .isEqualTo(1_000);
    }

    @Test
    void cutsEvenTheSentenceWhereItMust() throws IOException {
        String text = TerminationMessage.of(report("ä".repeat(10_000), List.of()));

        assertThat(text.getBytes(StandardCharsets.UTF_8)).hasSizeLessThanOrEqualTo(TerminationReport.MAX_BYTES);
        assertThat(new ObjectMapper().readTree(text).get("message").asText())
                .startsWith("ää")
                .endsWith("…");
    }

    private static RunReport report(String message, List<String> applied) {
        return new RunReport(
                "migrate",
                ExitCode.MIGRATION_FAILED,
                RunOutcome.FAILED,
                message,
                "do this",
                Optional.of("3"),
                applied,
                Duration.ZERO,
                Duration.ofMillis(5),
                Map.of("sqlState", "42601"));
    }
}
