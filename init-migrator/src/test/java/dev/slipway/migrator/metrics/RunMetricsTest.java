package dev.slipway.migrator.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.contract.ExitCode;
import dev.slipway.contract.RunOutcome;
import dev.slipway.migrator.report.RunReport;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RunMetricsTest {
    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);

    @Test
    void everyFigureOfTheRunIsThere() {
        record(ExitCode.OK, RunOutcome.APPLIED);
        assertThat(registry.scrape())
                .contains(
                        "slipway_run_duration_seconds{command=\"migrate\",outcome=\"applied\"} 3.5",
                        "slipway_run_waited_seconds{command=\"migrate\",outcome=\"applied\"} 1.25",
                        "slipway_run_applied{command=\"migrate\",outcome=\"applied\"} 2.0",
                        "slipway_run_success{command=\"migrate\",outcome=\"applied\"} 1.0",
                        "slipway_run_exit_code{command=\"migrate\",outcome=\"applied\"} 0.0",
                        "slipway_runs_total{command=\"migrate\",outcome=\"applied\"} 1.0",
                        "slipway_schema_info{version=\"1.2\"} 1");
    }

    @Test
    void aFailureShowsItsExitCode() {
        record(ExitCode.MIGRATION_FAILED, RunOutcome.FAILED);
        assertThat(registry.scrape())
                .contains(
                        "slipway_run_success{command=\"migrate\",outcome=\"failed\"} 0.0",
                        "slipway_run_exit_code{command=\"migrate\",outcome=\"failed\"} 5.0");
    }

    @Test
    void thePageListsAllOfThemWithTheirMeaning() throws IOException {
        record(ExitCode.OK, RunOutcome.APPLIED);
        List<String> rows = registry.scrape()
                .lines()
                .filter(line -> line.startsWith("# HELP "))
                .map(line -> line.substring("# HELP ".length()))
                .map(line -> "| `" + line.replaceFirst(" ", "` | ") + " |")
                .sorted()
                .toList();
        Path root = Path.of(Objects.requireNonNullElse(System.getProperty("slipway.root"), ".."));
        List<String> documented = Files.readString(root.resolve("docs/migrator.md"))
                .lines()
                .filter(line -> line.startsWith("| `slipway_"))
                .sorted()
                .toList();
        assertThat(documented).isEqualTo(rows);
    }

    private void record(ExitCode code, RunOutcome outcome) {
        var report = new RunReport(
                "migrate",
                code,
                outcome,
                "",
                "",
                Optional.of("1.2"),
                List.of("V1__a.sql", "V1.2__b.sql"),
                Duration.ofMillis(1250),
                Duration.ofMillis(3500),
                Map.of());
        RunMetrics.record(report, Clock.systemUTC(), registry);
    }
}
