package dev.slipway.migrator.metrics;

import dev.slipway.contract.ExitCode;
import dev.slipway.migrator.report.RunReport;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.time.Clock;
import java.time.Duration;
import java.util.function.ToDoubleFunction;

/**
 * Every meter of a run. All but the count of runs are gauges, because each push replaces the one before. The names are
 * what Prometheus shows, with dots for underscores.
 */
enum RunMetrics {
    DURATION("slipway.run.duration.seconds", "how long the run took", report -> seconds(report.duration())),
    WAITED(
            "slipway.run.waited.seconds",
            "how long the run waited for another replica",
            report -> seconds(report.waited())),
    APPLIED(
            "slipway.run.applied",
            "migrations that the run applied",
            report -> report.applied().size()),
    SUCCESS("slipway.run.success", "1 if the schema was where the replica needed it, else 0", RunMetrics::success),
    EXIT_CODE(
            "slipway.run.exit.code",
            "the exit code of the run",
            report -> report.exitCode().code());

    private static final String COUNT = "slipway.runs";
    private static final String TIMESTAMP = "slipway.run.timestamp.seconds";
    private static final String SCHEMA = "slipway.schema.info";

    private final String meter;
    private final String description;

    @SuppressWarnings("ImmutableEnumChecker") // lambdas without state
    private final ToDoubleFunction<RunReport> value;

    RunMetrics(String meter, String description, ToDoubleFunction<RunReport> value) {
        this.meter = meter;
        this.description = description;
        this.value = value;
    }

    /** Registers every meter with the values of this run. */
    static void record(RunReport report, Clock clock, MeterRegistry registry) {
        Tags tags =
                Tags.of("command", report.command(), "outcome", report.outcome().word());
        for (RunMetrics each : values()) {
            gauge(registry, each.meter, each.description, tags, each.value.applyAsDouble(report));
        }
        Counter.builder(COUNT)
                .description("1 for each run, by outcome: a receiver that adds up counts runs")
                .tags(tags)
                .register(registry)
                .increment();
        gauge(registry, TIMESTAMP, "when the run ended, since 1970", tags, clock.millis() / 1000.0);
        report.schemaVersion()
                .ifPresent(version -> gauge(
                        registry, SCHEMA, "1; the label names the schema's version", Tags.of("version", version), 1));
    }

    private static void gauge(MeterRegistry registry, String name, String description, Tags tags, double value) {
        Gauge.builder(name, () -> value)
                .description(description)
                .tags(tags)
                .strongReference(true)
                .register(registry);
    }

    private static double success(RunReport report) {
        return report.exitCode() == ExitCode.OK ? 1 : 0;
    }

    private static double seconds(Duration duration) {
        return duration.toMillis() / 1000.0;
    }
}
