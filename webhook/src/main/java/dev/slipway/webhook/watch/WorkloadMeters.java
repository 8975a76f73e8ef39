package dev.slipway.webhook.watch;

import dev.slipway.contract.ExitCode;
import dev.slipway.contract.RunOutcome;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The series of one workload. Every label but its own name and its schema version comes from a closed list. Written by
 * one thread, read by scrapes.
 */
final class WorkloadMeters {
    /** {@code slipway_migration_runs_total}: runs of our containers, by container, outcome and exit_code. */
    static final String RUNS = "slipway.migration.runs";

    /** {@code slipway_migration_run_duration_seconds}: histogram of the migrate container's runs, by outcome. */
    static final String DURATION = "slipway.migration.run.duration";

    /** {@code slipway_migration_waited_seconds}: histogram; how long of it was waited for another replica. */
    static final String WAITED = "slipway.migration.waited";

    /** {@code slipway_migration_scripts_applied_total}. */
    static final String SCRIPTS = "slipway.migration.scripts.applied";

    /** {@code slipway_migration_schema_info}: 1, with the newest schema_version that was reported. */
    static final String SCHEMA = "slipway.migration.schema.info";

    /** {@code slipway_migration_last_failure_timestamp_seconds}. */
    static final String LAST_FAILURE = "slipway.migration.last.failure.timestamp";

    /** {@code slipway_migration_last_success_timestamp_seconds}. */
    static final String LAST_SUCCESS = "slipway.migration.last.success.timestamp";

    /**
     * {@code slipway_migration_pods_pending}: pods in which one of our containers runs now (reason running), or cannot
     * start.
     */
    static final String PENDING = "slipway.migration.pods.pending";

    /** {@code slipway_migration_longest_pending_seconds}: running time of the longest-running one. */
    static final String LONGEST_PENDING = "slipway.migration.longest.pending";

    /** Exit codes of the migrator, of a JVM and a shell, and of common signals; any other is "other". */
    private static final Set<Integer> EXIT_CODES = Set.copyOf(IntStream.concat(
                    Stream.of(ExitCode.values()).mapToInt(ExitCode::code),
                    IntStream.of(1, 125, 126, 127, 128, 129, 130, 131, 134, 135, 136, 137, 139))
            .boxed()
            .toList());

    private static final Duration[] BUCKETS = Stream.of(
                    "PT0.1S", "PT0.25S", "PT0.5S", "PT1S", "PT2.5S", "PT5S", "PT10S", "PT30S", "PT1M", "PT2M", "PT5M",
                    "PT10M", "PT30M", "PT1H")
            .map(Duration::parse)
            .toArray(Duration[]::new);

    private final MeterRegistry registry;
    private final Tags labels;
    private final Set<Meter> meters = new HashSet<>();
    private final Map<String, Instant> pending = new ConcurrentHashMap<>();
    private final Map<String, Hindrance.Kind> hindered = new ConcurrentHashMap<>();
    private final Set<Hindrance.Kind> shown = EnumSet.noneOf(Hindrance.Kind.class);
    private @Nullable Gauge schema;
    private String schemaVersion = "";
    private Instant schemaReportedAt = Instant.MIN;
    private volatile double lastFailure = Double.NaN;
    private volatile double lastSuccess = Double.NaN;

    WorkloadMeters(MeterRegistry registry, Clock clock, WorkloadName workload) {
        this.registry = registry;
        this.labels = Tags.of("namespace", workload.namespace(), "kind", workload.kind(), "workload", workload.name());
        pendingFor("running", pending::size);
        meters.add(Gauge.builder(LONGEST_PENDING, () -> longest(clock.instant()))
                .description("Running time of the init container that has run longest")
                .baseUnit("seconds")
                .tags(labels)
                .register(registry));
    }

    /** @param at when it ended, as far as that is known */
    void ended(EndedRun run, Instant at) {
        if (run.isNew()) {
            count(run);
        }
        if (run.failed()) {
            lastFailure = newest(LAST_FAILURE, "When a run last failed", lastFailure, at, () -> lastFailure);
        }
        if (run.succeeded()) {
            lastSuccess = newest(LAST_SUCCESS, "When migrate last ended well", lastSuccess, at, () -> lastSuccess);
        }
        run.migration().flatMap(ReportedRun::schemaVersion).ifPresent(version -> schema(version, at));
    }

    private void count(EndedRun run) {
        RunOutcome outcome = run.termination().outcome();
        Counter runs = Counter.builder(RUNS)
                .description("Runs of the migrator's init containers by how they ended")
                .tags(labels)
                .tags("container", run.container().name().substring("slipway-".length()))
                .tags(
                        "outcome",
                        outcome.word(),
                        "exit_code",
                        exitCode(run.termination().exitCode()))
                .register(registry);
        meters.add(runs);
        runs.increment();
        run.migration().ifPresent(report -> count(outcome, report));
    }

    private void count(RunOutcome outcome, ReportedRun report) {
        Timer duration = timer(DURATION, "How long runs took")
                .tag("outcome", outcome.word())
                .register(registry);
        Timer waited = timer(WAITED, "How long runs waited for another replica").register(registry);
        Counter scripts = Counter.builder(SCRIPTS)
                .description("Migrations that were applied")
                .tags(labels)
                .register(registry);
        meters.addAll(Set.of(duration, waited, scripts));
        duration.record(report.duration());
        waited.record(report.waited());
        scripts.increment(report.appliedCount());
    }

    private Timer.Builder timer(String name, String description) {
        return Timer.builder(name)
                .description(description)
                .serviceLevelObjectives(BUCKETS)
                .tags(labels);
    }

    private double newest(String name, String description, double known, Instant at, Supplier<Number> value) {
        double seconds = at.toEpochMilli() / 1000.0;
        if (Double.isNaN(known)) {
            meters.add(Gauge.builder(name, value)
                    .description(description)
                    .baseUnit("seconds")
                    .tags(labels)
                    .register(registry));
            return seconds;
        }
        return Math.max(known, seconds);
    }

    private void schema(String version, Instant at) {
        if (at.isBefore(schemaReportedAt)) {
            return;
        }
        schemaReportedAt = at;
        if (!version.equals(schemaVersion)) {
            removeSchema();
            schemaVersion = version;
            schema = Gauge.builder(SCHEMA, () -> 1)
                    .description("Always 1; the label tells the newest schema version that was reported")
                    .tags(labels)
                    .tag("schema_version", version)
                    .register(registry);
        }
    }

    private void removeSchema() {
        Gauge old = schema;
        if (old != null) {
            registry.remove(old);
        }
    }

    void running(String pod, Optional<Instant> since) {
        since.ifPresentOrElse(start -> pending.put(pod, start), () -> pending.remove(pod));
    }

    void hindered(String pod, Optional<Hindrance.Kind> now) {
        now.ifPresentOrElse(
                kind -> {
                    hindered.put(pod, kind);
                    if (shown.add(kind)) {
                        pendingFor(kind.label(), () -> Collections.frequency(hindered.values(), kind));
                    }
                },
                () -> hindered.remove(pod));
    }

    private void pendingFor(String reason, Supplier<Number> pods) {
        meters.add(Gauge.builder(PENDING, pods)
                .description("Pods in which one of the migrator's init containers runs now, or cannot start")
                .tags(labels)
                .tag("reason", reason)
                .register(registry));
    }

    /** Ends every series. */
    void remove() {
        removeSchema();
        meters.forEach(registry::remove);
    }

    private double longest(Instant now) {
        return pending.values().stream()
                .mapToDouble(since -> Math.max(0, Duration.between(since, now).toMillis() / 1000.0))
                .max()
                .orElse(0);
    }

    private static String exitCode(int code) {
        return EXIT_CODES.contains(code) ? Integer.toString(code) : "other";
    }
}
