package dev.slipway.webhook.injection;

import dev.slipway.contract.Problems.Problem;
import java.util.List;

/** What happens to a pod. A value: the receiver acts on it. */
public sealed interface InjectionDecision {
    /** The pod gets our init containers. */
    record Inject(InjectionPlan plan) implements InjectionDecision {}

    /** The pod has our init containers, but another webhook changed it since: only they are touched. */
    record Repair(RepairPlan plan) implements InjectionDecision {}

    /**
     * The pod stays as it is.
     *
     * @param warnings for the person who creates it
     */
    record Skip(SkipReason reason, List<String> warnings) implements InjectionDecision {
        public Skip {
            warnings = List.copyOf(warnings);
        }

        Skip(SkipReason reason) {
            this(reason, List.of());
        }
    }

    /** The pod opted in, or was meant to, but must not start like this. */
    record Reject(RejectReason reason, List<Problem> problems) implements InjectionDecision {
        Reject(List<Problem> problems) {
            this(RejectReason.INVALID, problems);
        }
    }
}
