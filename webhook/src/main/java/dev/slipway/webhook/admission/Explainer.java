package dev.slipway.webhook.admission;

import dev.slipway.contract.Problems.Problem;
import dev.slipway.webhook.admission.Explanation.Step;
import dev.slipway.webhook.injection.InjectionDecision;
import dev.slipway.webhook.injection.InjectionPlan;
import dev.slipway.webhook.injection.InjectionPlanner;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.MissingNode;
import tools.jackson.databind.node.ObjectNode;

/** Answers for a manifest what the webhook would answer for its pods, from the same code, without a cluster. */
public final class Explainer {
    private final InjectionPlanner planner;

    public Explainer(InjectionPlanner planner) {
        this.planner = planner;
    }

    /**
     * @param object a pod or a workload
     * @return empty if the object has no pod template, as a Service
     */
    public Optional<Explanation> explain(JsonNode object) {
        String kind = object.path("kind").asString("Pod");
        WorkloadTemplate template = WorkloadTemplate.of(object, kind);
        if (!template.exists()) {
            return Optional.empty();
        }
        InjectionDecision decision = planner.decide(template.template(), template.claimedVolumes());
        Explanation explanation = explain(object, kind, template, decision);
        List<String> misplaced = MisplacedKeys.of(object, MissingNode.getInstance(), template).introduced().stream()
                .map(Problem::toString)
                .toList();
        return Optional.of(explanation.refusedFor(misplaced));
    }

    private static Explanation explain(
            JsonNode object, String kind, WorkloadTemplate template, InjectionDecision decision) {
        String subject = request(object, kind).subject();
        JsonNode pod = template.pod(object);
        if (decision instanceof InjectionDecision.Inject inject) {
            JsonNode patch = PodPatch.of(pod, inject.plan());
            List<String> warnings = WorkloadWarnings.injected(object, kind, inject.plan());
            return new Explanation(
                    subject,
                    AdmissionOutcome.INJECTED,
                    "opted-in",
                    order(pod, inject.plan()),
                    pod,
                    Optional.of(patch),
                    warnings,
                    List.of());
        }
        if (decision instanceof InjectionDecision.Repair repair) {
            JsonNode patch = PodPatch.of(pod, repair.plan());
            return new Explanation(
                    subject,
                    AdmissionOutcome.REPAIRED,
                    "changed-by-others",
                    order(pod),
                    pod,
                    Optional.of(patch),
                    List.of(),
                    List.of());
        }
        if (decision instanceof InjectionDecision.Reject reject) {
            List<String> problems =
                    reject.problems().stream().map(Problem::toString).toList();
            return new Explanation(
                    subject,
                    AdmissionOutcome.DENIED,
                    reject.reason().label(),
                    order(pod),
                    pod,
                    Optional.empty(),
                    List.of(),
                    problems);
        }
        var skip = (InjectionDecision.Skip) decision;
        return new Explanation(
                subject,
                AdmissionOutcome.SKIPPED,
                skip.reason().label(),
                order(pod),
                pod,
                Optional.empty(),
                skip.warnings(),
                List.of());
    }

    private static AdmissionRequest request(JsonNode object, String kind) {
        ObjectNode review = JsonNodeFactory.instance.objectNode().put("apiVersion", "admission.k8s.io/v1");
        ObjectNode request = review.putObject("request").put("uid", "explain").put("operation", "CREATE");
        request.putObject("kind").put("kind", kind);
        request.set("object", object);
        return AdmissionRequest.read(review).orElseThrow();
    }

    private static List<Step> order(JsonNode pod) {
        return steps(pod.path("spec").path("initContainers"), false);
    }

    private static List<Step> order(JsonNode pod, InjectionPlan plan) {
        var order = new ArrayList<>(order(pod));
        ObjectNode added = JsonNodeFactory.instance.objectNode();
        added.putArray("added").addAll(plan.initContainers());
        order.addAll(plan.index(), steps(added.path("added"), true));
        return order;
    }

    private static List<Step> steps(JsonNode containers, boolean added) {
        var steps = new ArrayList<Step>();
        for (JsonNode container : containers.isArray() ? containers : MissingNode.getInstance()) {
            steps.add(new Step(
                    container.path("name").asString(""),
                    container.path("image").asString(""),
                    added,
                    container.path("restartPolicy").asString("").equals("Always")));
        }
        return steps;
    }
}
