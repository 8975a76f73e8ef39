package dev.slipway.webhook.watch;

import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What is remembered of a pod while it is there. Not thread-safe. */
final class FollowedPod {
    private static final int ATTEMPTS = 5;

    private @Nullable PodSnapshot last;
    private List<EndedRun> ended = new ArrayList<>();
    private @Nullable Workload workload;
    private @Nullable WorkloadName countedAs;
    private int failedLookups;
    private boolean gone;
    private boolean announced;
    private Instant hinderedSince = Instant.MAX;
    private final Set<Hindrance.Kind> announcedHindrances = EnumSet.noneOf(Hindrance.Kind.class);

    /** @return whether there is something to report */
    boolean see(PodSnapshot pod, Instant countedUntil, Instant now) {
        Optional<PodSnapshot> before = Optional.ofNullable(last);
        List<EndedRun> runs = EndedRun.between(before, pod, countedUntil);
        ended.addAll(runs);
        last = pod.withoutReports();
        boolean otherHindrance = !before.flatMap(FollowedPod::kind).equals(kind(pod));
        if (otherHindrance) {
            hinderedSince = now;
        }
        return before.isEmpty()
                || otherHindrance
                || !runs.isEmpty()
                || !before.get().pendingSince().equals(pod.pendingSince());
    }

    private static Optional<Hindrance.Kind> kind(PodSnapshot pod) {
        return pod.hindrance().map(Hindrance::kind);
    }

    PodSnapshot pod() {
        PodSnapshot seen = last;
        if (seen == null) {
            throw new IllegalStateException("not seen yet");
        }
        return seen;
    }

    /** Asks for the workload if it is not known; after some failures, what the pod itself shows is used. */
    void findWorkload(WorkloadLookup lookup) {
        if (workload != null) {
            return;
        }
        try {
            workload = lookup.of(pod());
        } catch (RuntimeException failed) {
            failedLookups++;
            if (failedLookups < ATTEMPTS) {
                throw failed;
            }
            workload = Workload.of(pod());
        }
    }

    Optional<Workload> workload() {
        return Optional.ofNullable(workload);
    }

    /** Under which name it has been counted; counts it if that has not been done. */
    WorkloadName countedIn(MigrationMetrics metrics) {
        WorkloadName name = countedAs;
        if (name == null) {
            name = metrics.appeared(workload().orElseThrow().labels());
            countedAs = name;
        }
        return name;
    }

    /** Those that have not been reported yet. */
    List<EndedRun> ended() {
        return List.copyOf(ended);
    }

    List<EndedRun> takeEnded() {
        List<EndedRun> taken = ended;
        ended = new ArrayList<>();
        return taken;
    }

    void leave() {
        gone = true;
    }

    boolean isGone() {
        return gone;
    }

    /** What has kept it from starting since before that moment, if this was not asked before. */
    Optional<Hindrance> announceIfHinderedSince(Instant moment) {
        return gone || workload == null || hinderedSince.isAfter(moment)
                ? Optional.empty()
                : pod().hindrance().filter(each -> announcedHindrances.add(each.kind()));
    }

    /** Whether it has migrated, or waited, since before that moment, and this was not asked before. */
    boolean announceIfMigratingSince(Instant moment) {
        boolean late = !announced
                && !gone
                && workload != null
                && pod().migratingSince()
                        .filter(start -> !start.isAfter(moment))
                        .isPresent();
        announced |= late;
        return late;
    }
}
