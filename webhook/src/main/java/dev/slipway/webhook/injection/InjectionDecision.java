package dev.slipway.webhook.injection;

import dev.slipway.contract.Problems.Problem;
import java.util.List;

/** What happens to a pod. A value: whoever receives it acts on it. */
public sealed interface InjectionDecision {
    /** The pod gets our init containers. */
    record Inject(InjectionPlan plan) implements InjectionDecision {}

    /** The pod has our init containers, but another webhook changed it since: only they are touched. */
    record Repair(RepairPlan plan) implements InjectionDecision {}

    /** The pod stays as it is. */
    record Skip(SkipReason reason) implements InjectionDecision {}

    /** The pod opted in, but must not start like this. */
    record Reject(List<Problem> problems) implements InjectionDecision {}
}
