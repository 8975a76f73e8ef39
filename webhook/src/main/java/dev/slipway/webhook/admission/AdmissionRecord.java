package dev.slipway.webhook.admission;

import java.util.List;
import java.util.Optional;

/**
 * What is logged and counted about one admission. It holds nothing of the object's body but names.
 *
 * @param operation CREATE, UPDATE …, or {@code other}: a closed list
 * @param name the name or, for a pod of a controller, the generateName
 * @param owner "ReplicaSet/api-7d4"; empty if the object has no owner
 * @param reason a closed list for each outcome
 * @param problems of a refusal; empty otherwise
 * @param failure of ours; empty unless the outcome is {@link AdmissionOutcome#ERROR}
 */
public record AdmissionRecord(
        Endpoint endpoint,
        String operation,
        String kind,
        String namespace,
        String name,
        String owner,
        String uid,
        boolean dryRun,
        AdmissionOutcome outcome,
        String reason,
        List<String> problems,
        Optional<Throwable> failure) {
    public AdmissionRecord {
        problems = List.copyOf(problems);
    }
}
