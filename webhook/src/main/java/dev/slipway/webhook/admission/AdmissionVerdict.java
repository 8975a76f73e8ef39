package dev.slipway.webhook.admission;

import dev.slipway.contract.Problems.Problem;
import dev.slipway.webhook.injection.RejectReason;
import dev.slipway.webhook.injection.SkipReason;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * A decision, worded for the API server.
 *
 * @param patch empty if nothing changes; never together with a denial
 * @param problems of a denial
 * @param failure of ours, for the log
 */
record AdmissionVerdict(
        AdmissionOutcome outcome,
        String reason,
        Optional<JsonNode> patch,
        List<Problem> problems,
        List<String> warnings,
        Optional<Throwable> failure) {

    static AdmissionVerdict patched(AdmissionOutcome outcome, String reason, JsonNode patch, List<String> warnings) {
        return new AdmissionVerdict(outcome, reason, Optional.of(patch), List.of(), warnings, Optional.empty());
    }

    static AdmissionVerdict valid(List<String> warnings) {
        return new AdmissionVerdict(
                AdmissionOutcome.VALID, "would-inject", Optional.empty(), List.of(), warnings, Optional.empty());
    }

    static AdmissionVerdict skipped(SkipReason reason, List<String> warnings) {
        return new AdmissionVerdict(
                AdmissionOutcome.SKIPPED, reason.label(), Optional.empty(), List.of(), warnings, Optional.empty());
    }

    static AdmissionVerdict denied(RejectReason reason, List<Problem> problems) {
        return new AdmissionVerdict(
                AdmissionOutcome.DENIED, reason.label(), Optional.empty(), problems, List.of(), Optional.empty());
    }

    /** A refusal that lists these as well, whatever the verdict was. */
    AdmissionVerdict refusedAlsoFor(List<Problem> mistakes) {
        var all = new ArrayList<>(problems);
        all.addAll(mistakes);
        return denied(RejectReason.OPT_IN_MISTAKE, all);
    }

    /** The same with these warnings, counted under a reason of its own if there are any. */
    AdmissionVerdict warningAlsoOf(List<String> mistakes) {
        if (mistakes.isEmpty() || !isAllowed()) {
            return this;
        }
        var all = new ArrayList<>(warnings);
        all.addAll(mistakes);
        return new AdmissionVerdict(outcome, SkipReason.OPT_IN_MISTAKE.label(), patch, problems, all, failure);
    }

    static AdmissionVerdict failed(Throwable failure) {
        return new AdmissionVerdict(
                AdmissionOutcome.ERROR, "internal", Optional.empty(), List.of(), List.of(), Optional.of(failure));
    }

    boolean isAllowed() {
        return outcome != AdmissionOutcome.DENIED && outcome != AdmissionOutcome.ERROR;
    }
}
