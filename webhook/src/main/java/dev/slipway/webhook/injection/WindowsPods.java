package dev.slipway.webhook.injection;

import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/** Tells a pod that can only run on Windows nodes, where our image does not start. */
final class WindowsPods {
    private static final String WINDOWS = "windows";
    private static final List<String> OS_LABELS = List.of("kubernetes.io/os", "beta.kubernetes.io/os");
    /** Only nodes with Windows have this label; its value is a version. */
    private static final String BUILD_LABEL = "node.kubernetes.io/windows-build";

    private WindowsPods() {}

    /** The field that says so; empty if the pod may run on Linux. */
    static Optional<String> field(PodTree pod) {
        JsonNode spec = pod.spec();
        if (spec.path("os").path("name").asString("").equals(WINDOWS)) {
            return Optional.of("spec.os.name");
        }
        JsonNode selector = spec.path("nodeSelector");
        Optional<String> label = OS_LABELS.stream()
                .filter(name -> selector.path(name).asString("").equals(WINDOWS))
                .findFirst()
                .or(() -> Optional.of(BUILD_LABEL).filter(selector::has));
        if (label.isPresent()) {
            return label.map(name -> "spec.nodeSelector." + name);
        }
        // The terms are alternatives: with one that Linux nodes satisfy, the pod may run there.
        List<JsonNode> terms = PodTree.elements(
                spec.at("/affinity/nodeAffinity/requiredDuringSchedulingIgnoredDuringExecution/nodeSelectorTerms"));
        return !terms.isEmpty() && terms.stream().allMatch(WindowsPods::needsWindows)
                ? Optional.of("spec.affinity.nodeAffinity")
                : Optional.empty();
    }

    private static boolean needsWindows(JsonNode term) {
        return PodTree.elements(term.path("matchExpressions")).stream().anyMatch(WindowsPods::excludesLinux);
    }

    private static boolean excludesLinux(JsonNode expression) {
        String key = expression.path("key").asString("");
        String operator = expression.path("operator").asString("");
        List<String> values = PodTree.elements(expression.path("values")).stream()
                .map(each -> each.asString(""))
                .toList();
        if (key.equals(BUILD_LABEL)) {
            return !operator.equals("DoesNotExist") && !operator.equals("NotIn");
        }
        return OS_LABELS.contains(key)
                && (operator.equals("In")
                        ? !values.isEmpty() && values.stream().allMatch(WINDOWS::equals)
                        : operator.equals("NotIn") && values.contains("linux"));
    }
}
