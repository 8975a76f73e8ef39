package dev.slipway.webhook.admission;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * What the webhook would do to an object, for a person.
 *
 * @param subject as in "deployment shop/api"
 * @param reason as in metrics and logs
 * @param order every init container in the order in which they would run
 * @param pod as the workload's controller would create it, or the object itself
 * @param patch for each pod; empty if nothing changes
 */
public record Explanation(
        String subject,
        AdmissionOutcome outcome,
        String reason,
        List<Step> order,
        JsonNode pod,
        Optional<JsonNode> patch,
        List<String> warnings,
        List<String> problems) {
    /**
     * @param added whether the webhook adds it
     * @param sidecar whether it keeps running beside those that follow
     */
    public record Step(String container, String image, boolean added, boolean sidecar) {}

    public Explanation {
        order = List.copyOf(order);
        warnings = List.copyOf(warnings);
        problems = List.copyOf(problems);
    }

    /** The same with one more warning. */
    public Explanation warningOf(String warning) {
        var all = new ArrayList<>(warnings);
        all.add(warning);
        return new Explanation(subject, outcome, reason, order, pod, patch, all, problems);
    }

    /** Refused for these as well, whatever the webhook would say. */
    public Explanation refusedFor(List<String> more) {
        if (more.isEmpty()) {
            return this;
        }
        var all = new ArrayList<>(more);
        all.addAll(problems);
        String because = outcome == AdmissionOutcome.DENIED ? reason : "invalid";
        return new Explanation(subject, AdmissionOutcome.DENIED, because, order, pod, Optional.empty(), warnings, all);
    }
}
