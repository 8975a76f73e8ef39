package dev.slipway.webhook.watch;

import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The series of all workloads. Those of a workload end when it has had no pod for {@link #KEPT}; beyond {@link #MOST}
 * workloads at a time, the rest is counted together under the name "other". Written by one thread.
 */
final class MigrationMetrics {
    /** Long enough for a scrape, an alert and a look at it. */
    static final Duration KEPT = Duration.ofHours(1);

    static final int MOST = 1_000;

    private final MeterRegistry registry;
    private final Clock clock;
    private final Map<WorkloadName, Series> series = new HashMap<>();

    /** Pods that have the meters open, and since when there is none. */
    private static final class Series {
        private final WorkloadMeters meters;
        private int pods;
        private Instant lastPodAt;

        Series(WorkloadMeters meters, Instant now) {
            this.meters = meters;
            this.lastPodAt = now;
        }

        boolean isOver(Instant now) {
            return pods == 0 && !lastPodAt.plus(KEPT).isAfter(now);
        }
    }

    MigrationMetrics(MeterRegistry registry, Clock clock) {
        this.registry = registry;
        this.clock = clock;
    }

    /**
     * A pod of this workload is there.
     *
     * @return under which name it is counted, for the other methods
     */
    WorkloadName appeared(WorkloadName workload) {
        WorkloadName counted = series.containsKey(workload) || series.size() < MOST ? workload : WorkloadName.OTHER;
        series(counted).pods++;
        return counted;
    }

    void running(WorkloadName workload, String pod, Optional<Instant> since) {
        series(workload).meters.running(pod, since);
    }

    void hindered(WorkloadName workload, String pod, Optional<Hindrance.Kind> kind) {
        series(workload).meters.hindered(pod, kind);
    }

    void ended(WorkloadName workload, EndedRun run) {
        series(workload).meters.ended(run, run.termination().finishedAt().orElseGet(clock::instant));
    }

    void gone(WorkloadName workload, String pod) {
        Series left = series(workload);
        left.meters.running(pod, Optional.empty());
        left.meters.hindered(pod, Optional.empty());
        left.pods--;
        left.lastPodAt = clock.instant();
    }

    /** Ends the series of workloads that are gone. */
    void sweep() {
        Instant now = clock.instant();
        series.values().removeIf(each -> {
            boolean over = each.isOver(now);
            if (over) {
                each.meters.remove();
            }
            return over;
        });
    }

    /** Ends all series, as another replica has them now. */
    void clear() {
        series.values().forEach(each -> each.meters.remove());
        series.clear();
    }

    private Series series(WorkloadName workload) {
        return series.computeIfAbsent(
                workload, each -> new Series(new WorkloadMeters(registry, clock, each), clock.instant()));
    }
}
