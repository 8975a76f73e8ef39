package dev.slipway.webhook.watch;

import dev.slipway.contract.RunOutcome;
import java.time.Instant;
import java.util.Optional;

/**
 * One end of one attempt of a container, as the kubelet reports it in {@code state} and later in {@code lastState}.
 *
 * @param id the same for this attempt wherever it is reported, another one for every other attempt
 * @param reason the kubelet's word, such as OOMKilled; letters only, may be empty
 * @param finishedAt to the second; empty if the kubelet lost the container
 * @param report empty if there is none that can be read
 */
record ContainerEnd(
        String id, int exitCode, String reason, Optional<Instant> finishedAt, Optional<ReportedRun> report) {
    RunOutcome outcome() {
        return report.map(ReportedRun::outcome).orElse(RunOutcome.UNKNOWN);
    }

    /** What is needed to recognise it. */
    ContainerEnd withoutReport() {
        return new ContainerEnd(id, exitCode, reason, finishedAt, Optional.empty());
    }
}
