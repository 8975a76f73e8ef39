package dev.slipway.webhook.admission;

import dev.slipway.contract.KubernetesDuration;
import dev.slipway.contract.Setting;
import dev.slipway.webhook.injection.Annotations;
import dev.slipway.webhook.injection.InjectionPlan;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** What a workload's own fields will do to pods that wait for their schema. */
final class WorkloadWarnings {
    private static final int KUBERNETES_PROGRESS_DEADLINE = 600;

    private WorkloadWarnings() {}

    /** For a workload whose pods will be injected. */
    static List<String> injected(JsonNode object, String kind, InjectionPlan plan) {
        Duration wait = plan.settings().get(Setting.WAIT_TIMEOUT);
        var warnings = new ArrayList<>(plan.warnings());
        if (kind.equals("Deployment")) {
            JsonNode spec = object.path("spec");
            int deadline = spec.path("progressDeadlineSeconds").asInt(KUBERNETES_PROGRESS_DEADLINE);
            addIfShort(warnings, "spec.progressDeadlineSeconds", deadline, wait, "the rollout counts as failed");
        }
        String jobSpec = kind.equals("CronJob") ? "/spec/jobTemplate/spec" : "/spec";
        JsonNode active = object.at(jobSpec + "/activeDeadlineSeconds");
        if (active.canConvertToInt()) {
            String field = jobSpec.substring(1).replace('/', '.') + ".activeDeadlineSeconds";
            addIfShort(warnings, field, active.intValue(), wait, "the job is ended");
        }
        return warnings;
    }

    private static void addIfShort(
            List<String> warnings, String field, int seconds, Duration wait, String consequence) {
        if (seconds < wait.toSeconds()) {
            warnings.add(field + " " + seconds + " is below " + Annotations.WAIT_TIMEOUT.key() + " "
                    + KubernetesDuration.format(wait) + ": " + consequence + " while pods still wait for the schema");
        }
    }
}
