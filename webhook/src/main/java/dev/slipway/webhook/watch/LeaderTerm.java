package dev.slipway.webhook.watch;

import dev.slipway.webhook.cluster.Pauses;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * What one replica does while it leads. Snapshots are collected at once and reported together a moment later: the
 * owners are looked up, the Lease remembers what will be counted, then it is counted, then Events are written. If the
 * API server does not answer, all of it waits and is tried again. Not thread-safe, and blocks: one thread of its own
 * calls it.
 */
final class LeaderTerm {
    /** A migration that takes longer, or has not begun after this time, is worth an Event. */
    static final Duration LONG = Duration.ofSeconds(30);

    /** Runs of many replicas that end together cost one write of the Lease. */
    private static final Duration COALESCE = Duration.ofMillis(300);

    private final Map<String, FollowedPod> pods = new HashMap<>();
    private final Set<FollowedPod> changed = new LinkedHashSet<>();
    private final Pauses backoff = new Pauses();
    private final WorkloadLookup lookup;
    private final WatchLease lease;
    private final EventRecorder recorder;
    private final MigrationMetrics metrics;
    private final WatchEvents events;
    private final Clock clock;
    private final Consumer<Duration> tellIn;
    private final BooleanSupplier leads;
    private final Instant start;
    private Instant countedUntil;
    private boolean telling;

    /**
     * @param start up to when an earlier leader has counted
     * @param tellIn calls {@link #tell} after that time, once
     * @param leads whether this term still goes on
     */
    LeaderTerm(
            WorkloadLookup lookup,
            WatchLease lease,
            EventRecorder recorder,
            MigrationMetrics metrics,
            WatchEvents events,
            Clock clock,
            Instant start,
            Consumer<Duration> tellIn,
            BooleanSupplier leads) {
        this.lookup = lookup;
        this.lease = lease;
        this.recorder = recorder;
        this.metrics = metrics;
        this.events = events;
        this.clock = clock;
        this.start = start;
        this.countedUntil = start;
        this.tellIn = tellIn;
        this.leads = leads;
    }

    void seen(PodSnapshot snapshot) {
        FollowedPod pod = pods.computeIfAbsent(snapshot.uid(), uid -> new FollowedPod());
        if (pod.see(snapshot, start, clock.instant())) {
            tellOf(pod);
        }
    }

    void gone(String uid) {
        FollowedPod pod = pods.remove(uid);
        if (pod != null) {
            pod.leave();
            tellOf(pod);
        }
    }

    /** How many there are. */
    int pods() {
        return pods.size();
    }

    private void tellOf(FollowedPod pod) {
        changed.add(pod);
        if (!telling) {
            telling = true;
            tellIn.accept(COALESCE);
        }
    }

    /** Reports what has changed, or schedules the report for later. */
    void tell() {
        telling = false;
        try {
            changed.forEach(pod -> pod.findWorkload(lookup));
            remember();
        } catch (RuntimeException failure) {
            Duration pause = backoff.next();
            events.failed("injected pods not looked after", failure, pause);
            telling = true;
            tellIn.accept(pause);
            return;
        }
        backoff.reset();
        List<FollowedPod> told = List.copyOf(changed);
        changed.clear();
        told.forEach(this::count);
        told.forEach(this::report);
    }

    private void remember() {
        Instant now = clock.instant();
        Optional<Instant> newest = changed.stream()
                .flatMap(pod -> pod.ended().stream())
                .filter(EndedRun::isNew)
                .flatMap(run -> run.termination().finishedAt().stream())
                .map(end -> end.isAfter(now) ? now : end)
                .max(Instant::compareTo)
                .filter(end -> end.isAfter(countedUntil));
        if (newest.isPresent()) {
            lease.count(newest.get());
            countedUntil = newest.get();
        }
    }

    private void count(FollowedPod pod) {
        WorkloadName name = pod.countedIn(metrics);
        pod.ended().forEach(run -> metrics.ended(name, run));
        if (pod.isGone()) {
            metrics.gone(name, pod.pod().uid());
        } else {
            metrics.running(name, pod.pod().uid(), pod.pod().pendingSince());
            metrics.hindered(name, pod.pod().uid(), pod.pod().hindrance().map(Hindrance::kind));
        }
    }

    private void report(FollowedPod pod) {
        Workload workload = pod.workload().orElseThrow();
        for (EndedRun run : pod.takeEnded()) {
            Occurrence.of(run, clock.instant()).ifPresent(occurrence -> write(workload, occurrence));
        }
    }

    private void write(Workload workload, Occurrence occurrence) {
        if (!leads.getAsBoolean()) {
            return;
        }
        try {
            recorder.record(workload, occurrence);
        } catch (RuntimeException failure) {
            events.failed("Event not written", failure);
        }
    }

    /** Looks at what happens without a change of any pod; to be called every few seconds. */
    void look() {
        Instant now = clock.instant();
        for (FollowedPod pod : List.copyOf(pods.values())) {
            if (pod.announceIfMigratingSince(now.minus(LONG))) {
                write(pod.workload().orElseThrow(), Occurrence.waiting(pod.pod(), LONG, now));
            }
            pod.announceIfHinderedSince(now.minus(LONG))
                    .ifPresent(hindrance ->
                            write(pod.workload().orElseThrow(), Occurrence.stuck(pod.pod(), hindrance, LONG, now)));
        }
        recorder.writeAgain(leads);
        metrics.sweep();
    }
}
