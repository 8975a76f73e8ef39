package dev.slipway.webhook.watch;

import dev.slipway.webhook.injection.OwnContainers;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What one of our init containers does and did.
 *
 * @param name one of {@link OwnContainers#NAMES}
 * @param runningSince empty if it does not run
 * @param terminations of this attempt and of the one before, as far as they are reported
 */
record ContainerSnapshot(String name, Optional<Instant> runningSince, List<ContainerEnd> terminations) {
    ContainerSnapshot {
        terminations = List.copyOf(terminations);
    }

    boolean knows(ContainerEnd other) {
        return terminations.stream().anyMatch(each -> each.id().equals(other.id()));
    }

    /** Whether the migrator runs in it; the other one copies files. */
    boolean reports() {
        return !name.equals(OwnContainers.COPY);
    }

    boolean migrates() {
        return name.equals(OwnContainers.MIGRATE);
    }

    ContainerSnapshot withoutReports() {
        return new ContainerSnapshot(
                name,
                runningSince,
                terminations.stream().map(ContainerEnd::withoutReport).toList());
    }
}
