package dev.slipway.webhook.watch;

import static dev.slipway.webhook.watch.Snapshots.NOON;
import static dev.slipway.webhook.watch.Snapshots.run;
import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.testkit.time.MovableClock;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class MigrationMetricsTest {
    private static final WorkloadName API = new WorkloadName("shop", "Deployment", "shop-api");
    private static final String LABELS = "kind=\"Deployment\",namespace=\"shop\"";

    private final MovableClock clock = new MovableClock(NOON);
    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final MigrationMetrics metrics = new MigrationMetrics(registry, clock);

    @Test
    void everyMeterIsThereUnderItsDocumentedName() throws IOException {
        new WatchEvents(registry, () -> 3);
        metrics.appeared(API);
        metrics.ended(API, run("api-1", 0, Snapshots.APPLIED));
        metrics.ended(API, run("api-2", 5, Snapshots.FAILED));

        List<String> names = registry.scrape()
                .lines()
                .filter(line -> line.startsWith("# TYPE slipway_"))
                .map(line -> line.split(" ", -1)[2].replaceAll("_max$", ""))
                .distinct()
                .toList();

        assertThat(names)
                .containsExactlyInAnyOrder(
                        "slipway_migration_runs_total",
                        "slipway_migration_run_duration_seconds",
                        "slipway_migration_waited_seconds",
                        "slipway_migration_scripts_applied_total",
                        "slipway_migration_schema_info",
                        "slipway_migration_last_failure_timestamp_seconds",
                        "slipway_migration_last_success_timestamp_seconds",
                        "slipway_migration_pods_pending",
                        "slipway_migration_longest_pending_seconds",
                        "slipway_webhook_watch_leader",
                        "slipway_webhook_watch_pods",
                        "slipway_webhook_watch_failures_total");
        String document = Files.readString(Path.of("..", "docs", "webhook.md"));
        assertThat(names).allSatisfy(name -> assertThat(document).contains("`" + name + "`"));
    }

    @Test
    void aRunIsCountedByHowItEnded() {
        metrics.ended(API, run("api-1", 0, Snapshots.APPLIED));
        metrics.ended(API, run("api-2", 5, Snapshots.FAILED));
        metrics.ended(API, run("api-3", 5, Snapshots.FAILED));
        metrics.ended(API, run("api-4", 42, "x"));

        assertThat(registry.scrape())
                .contains(runs("0", "applied") + " 1.0")
                .contains(runs("5", "failed") + " 2.0")
                .contains(runs("other", "unknown") + " 1.0")
                .contains("slipway_migration_scripts_applied_total{" + LABELS + ",workload=\"shop-api\"} 2.0")
                .contains("slipway_migration_run_duration_seconds_bucket{" + LABELS
                        + ",outcome=\"applied\",workload=\"shop-api\",le=\"2.5\"} 1")
                .contains("slipway_migration_run_duration_seconds_bucket{" + LABELS
                        + ",outcome=\"applied\",workload=\"shop-api\",le=\"1.0\"} 0")
                .contains("slipway_migration_waited_seconds_sum{" + LABELS + ",workload=\"shop-api\"} 0.25")
                .contains("slipway_migration_waited_seconds_count{" + LABELS + ",workload=\"shop-api\"} 3");
    }

    @Test
    void whatAnEarlierLeaderHasCountedSetsGaugesOnly() {
        EndedRun run = run("api-1", 0, Snapshots.APPLIED);
        metrics.ended(API, new EndedRun(run.pod(), run.container(), run.termination(), false));

        assertThat(registry.scrape())
                .doesNotContain("slipway_migration_runs_total", "slipway_migration_scripts_applied_total")
                .contains("schema_version=\"12\"")
                .contains(success(NOON.plusSeconds(5)));
    }

    @Test
    void thereIsOneSchemaVersionAndItIsTheNewest() {
        metrics.ended(API, run("api-1", 5, Snapshots.FAILED));
        metrics.ended(API, run("api-2", 0, Snapshots.APPLIED));

        assertThat(schemas()).singleElement().asString().contains("schema_version=\"12\"", "shop-api");
    }

    @Test
    void timesAreThoseOfTheKubeletAndNeverGoBack() {
        PodSnapshot late = Snapshots.pod("state: " + Snapshots.terminated(0, "12:30:00", "c2", Snapshots.UP_TO_DATE));
        metrics.ended(API, EndedRun.between(Optional.empty(), late, NOON).get(0));
        metrics.ended(API, run("api-1", 0, Snapshots.APPLIED));

        assertThat(registry.scrape()).contains(success(NOON.plus(Duration.ofMinutes(30))));
        assertThat(schemas()).hasSize(1);
    }

    @Test
    void pendingPodsAndTheLongestOfThemAreSeenAtEachScrape() {
        metrics.appeared(API);
        metrics.running(API, "a", Optional.of(NOON));
        metrics.running(API, "b", Optional.of(NOON.plusSeconds(10)));
        clock.advance(Duration.ofSeconds(42));

        assertThat(registry.scrape()).contains(pending("running", "2.0"), gauge("longest_pending_seconds", "42.0"));

        metrics.running(API, "a", Optional.empty());
        assertThat(registry.scrape()).contains(pending("running", "1.0"), gauge("longest_pending_seconds", "32.0"));

        metrics.gone(API, "b");
        assertThat(registry.scrape()).contains(pending("running", "0.0"), gauge("longest_pending_seconds", "0.0"));
    }

    @Test
    void podsThatCannotStartArePendingByReason() {
        metrics.appeared(API);
        metrics.hindered(API, "a", Optional.of(Hindrance.Kind.IMAGE));
        metrics.hindered(API, "b", Optional.of(Hindrance.Kind.IMAGE));
        assertThat(registry.scrape()).contains(pending("image", "2.0"), pending("running", "0.0"));

        metrics.hindered(API, "a", Optional.of(Hindrance.Kind.VOLUME));
        assertThat(registry.scrape()).contains(pending("image", "1.0"), pending("volume", "1.0"));

        metrics.hindered(API, "a", Optional.empty());
        metrics.gone(API, "b");
        assertThat(registry.scrape()).contains(pending("image", "0.0"), pending("volume", "0.0"));
        metrics.clear();
        assertThat(registry.scrape()).doesNotContain("pods_pending{");
    }

    @Test
    void anHourAfterItsLastPodAWorkloadHasNoSeries() {
        metrics.appeared(API);
        metrics.appeared(API);
        metrics.ended(API, run("api-1", 0, Snapshots.APPLIED));
        metrics.gone(API, "uid-of-api-1");
        clock.advance(Duration.ofDays(1));
        metrics.sweep();
        assertThat(registry.scrape()).as("one pod is left").contains("slipway_migration_runs_total");

        metrics.gone(API, "uid-of-api-2");
        clock.advance(Duration.ofMinutes(59));
        metrics.sweep();
        assertThat(registry.scrape()).contains("slipway_migration_runs_total");

        clock.advance(Duration.ofMinutes(1));
        metrics.sweep();
        assertThat(registry.scrape()).doesNotContain("slipway_migration");
        assertThat(registry.getMeters()).isEmpty();
    }

    @Test
    void whenAnotherReplicaLeadsNoSeriesIsLeft() {
        metrics.appeared(API);
        metrics.ended(API, run("api-1", 0, Snapshots.APPLIED));
        metrics.ended(API, run("api-2", 5, Snapshots.FAILED));

        metrics.clear();

        assertThat(registry.getMeters()).isEmpty();
    }

    @Test
    void moreWorkloadsThanFitShareOneName() {
        for (int each = 0; each < MigrationMetrics.MOST; each++) {
            assertThat(metrics.appeared(new WorkloadName("shop", "Job", "job-" + each))
                            .name())
                    .startsWith("job-");
        }

        assertThat(metrics.appeared(API)).isEqualTo(WorkloadName.OTHER);
        assertThat(metrics.appeared(new WorkloadName("shop", "Job", "job-7")).name())
                .isEqualTo("job-7");
    }

    private List<String> schemas() {
        return registry.scrape()
                .lines()
                .filter(line -> line.startsWith("slipway_migration_schema_info{"))
                .toList();
    }

    private static String runs(String exitCode, String outcome) {
        return "slipway_migration_runs_total{container=\"migrate\",exit_code=\"" + exitCode + "\"," + LABELS
                + ",outcome=\"" + outcome + "\",workload=\"shop-api\"}";
    }

    private static String gauge(String name, String value) {
        return "slipway_migration_" + name + "{" + LABELS + ",workload=\"shop-api\"} " + value;
    }

    private static String pending(String reason, String value) {
        return "slipway_migration_pods_pending{" + LABELS + ",reason=\"" + reason + "\",workload=\"shop-api\"} "
                + value;
    }

    private static String success(Instant at) {
        return gauge("last_success_timestamp_seconds", Double.toString((double) at.getEpochSecond()));
    }
}
