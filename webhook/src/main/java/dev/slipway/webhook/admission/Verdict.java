package dev.slipway.webhook.admission;

import com.fasterxml.jackson.databind.JsonNode;
import dev.slipway.contract.Problems.Problem;
import dev.slipway.webhook.injection.RejectReason;
import dev.slipway.webhook.injection.SkipReason;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A decision, worded for the API server.
 *
 * @param patch empty where nothing changes; never together with a denial
 * @param problems of a denial
 * @param failure of ours, for the log
 */
record Verdict(
        Outcome outcome,
        String reason,
        Optional<JsonNode> patch,
        List<Problem> problems,
        List<String> warnings,
        Optional<Throwable> failure) {

    static Verdict patched(Outcome outcome, String reason, JsonNode patch, List<String> warnings) {
        return new Verdict(outcome, reason, Optional.of(patch), List.of(), warnings, Optional.empty());
    }

    static Verdict valid(List<String> warnings) {
        return new Verdict(Outcome.VALID, "would-inject", Optional.empty(), List.of(), warnings, Optional.empty());
    }

    static Verdict skipped(SkipReason reason, List<String> warnings) {
        return new Verdict(Outcome.SKIPPED, reason.label(), Optional.empty(), List.of(), warnings, Optional.empty());
    }

    static Verdict denied(RejectReason reason, List<Problem> problems) {
        return new Verdict(Outcome.DENIED, reason.label(), Optional.empty(), problems, List.of(), Optional.empty());
    }

    /** A refusal that lists these as well, whatever the verdict was. */
    Verdict refusedAlsoFor(List<Problem> mistakes) {
        var all = new ArrayList<>(problems);
        all.addAll(mistakes);
        return denied(RejectReason.OPT_IN_MISTAKE, all);
    }

    /** The same with these warnings, counted under a reason of its own if there are any. */
    Verdict warningAlsoOf(List<String> mistakes) {
        if (mistakes.isEmpty() || !isAllowed()) {
            return this;
        }
        var all = new ArrayList<>(warnings);
        all.addAll(mistakes);
        return new Verdict(outcome, SkipReason.OPT_IN_MISTAKE.label(), patch, problems, all, failure);
    }

    static Verdict failed(Throwable failure) {
        return new Verdict(Outcome.ERROR, "internal", Optional.empty(), List.of(), List.of(), Optional.of(failure));
    }

    boolean isAllowed() {
        return outcome != Outcome.DENIED && outcome != Outcome.ERROR;
    }
}
