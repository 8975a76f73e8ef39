package dev.slipway.webhook.watch;

import dev.slipway.contract.RunOutcome;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A run that has ended.
 *
 * @param container which of ours it ran in
 * @param isNew whether it has not been counted yet; otherwise it only shows the state of the workload
 */
record EndedRun(PodSnapshot pod, ContainerSnapshot container, ContainerEnd termination, boolean isNew) {
    /**
     * What has ended between two snapshots of a pod. If the earlier one is known, everything that it does not show is
     * new. A pod that is seen for the first time may have been seen by another replica before: there, what ended after
     * {@code countedUntil} is new, and what has no time is not.
     *
     * @param countedUntil up to when an earlier leader has counted
     */
    static List<EndedRun> between(Optional<PodSnapshot> before, PodSnapshot now, Instant countedUntil) {
        var ended = new ArrayList<EndedRun>();
        for (ContainerSnapshot container : now.reporting()) {
            Optional<ContainerSnapshot> earlier = before.flatMap(pod -> pod.container(container.name()));
            for (ContainerEnd termination : container.terminations()) {
                if (before.isEmpty()) {
                    boolean later = termination
                            .finishedAt()
                            .filter(end -> end.isAfter(countedUntil))
                            .isPresent();
                    ended.add(new EndedRun(now, container, termination, later));
                } else if (earlier.isEmpty() || !earlier.get().knows(termination)) {
                    ended.add(new EndedRun(now, container, termination, true));
                }
            }
        }
        return ended;
    }

    /** Whether the schema is not where this pod needs it; ended by SIGTERM is neither this nor a success. */
    boolean failed() {
        return termination.exitCode() != 0 && termination.outcome() != RunOutcome.TERMINATED;
    }

    /** Whether the gate has opened for this pod. */
    boolean succeeded() {
        return container.migrates() && termination.exitCode() == 0;
    }

    Optional<ReportedRun> report() {
        return termination.report();
    }

    Optional<ReportedRun> migration() {
        return container.migrates() ? report() : Optional.empty();
    }
}
