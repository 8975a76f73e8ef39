package dev.slipway.webhook.watch;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What matters about an injected pod at one moment.
 *
 * @param controller the object that made the pod
 * @param containers ours, in the order in which they run
 * @param hindrance what keeps one of them from starting
 */
record PodSnapshot(
        String uid,
        String namespace,
        String name,
        Optional<ObjectReference> controller,
        List<ContainerSnapshot> containers,
        Optional<Hindrance> hindrance) {
    PodSnapshot {
        containers = List.copyOf(containers);
    }

    Optional<ContainerSnapshot> container(String wanted) {
        return containers.stream().filter(each -> each.name().equals(wanted)).findFirst();
    }

    List<ContainerSnapshot> reporting() {
        return containers.stream().filter(ContainerSnapshot::reports).toList();
    }

    /** Since when the one of our containers runs that runs now. */
    Optional<Instant> pendingSince() {
        return runs(containers.stream());
    }

    Optional<Instant> migratingSince() {
        return runs(containers.stream().filter(ContainerSnapshot::migrates));
    }

    private static Optional<Instant> runs(Stream<ContainerSnapshot> containers) {
        return containers.flatMap(each -> each.runningSince().stream()).findFirst();
    }

    ObjectReference asReference() {
        return new ObjectReference("v1", "Pod", name, uid);
    }

    /** What is remembered of it until the next one comes. */
    PodSnapshot withoutReports() {
        return new PodSnapshot(
                uid,
                namespace,
                name,
                controller,
                containers.stream().map(ContainerSnapshot::withoutReports).toList(),
                hindrance);
    }
}
