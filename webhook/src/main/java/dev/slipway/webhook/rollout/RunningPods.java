package dev.slipway.webhook.rollout;

import dev.slipway.contract.AppVersion;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The pods behind one selector that run, or may run soon. Pure.
 *
 * @param workload for messages, as in {@code deployment api}
 */
record RunningPods(String workload, List<Pod> pods) {
    private static final String APP_VERSION = "app.kubernetes.io/version";
    private static final Set<String> ENDED = Set.of("Succeeded", "Failed");

    /** A pod that is being deleted runs until it is gone. */
    static RunningPods of(String workload, List<Pod> all) {
        return new RunningPods(
                workload,
                all.stream()
                        .filter(pod -> pod.getStatus() == null
                                || !ENDED.contains(Objects.requireNonNullElse(
                                        pod.getStatus().getPhase(), "")))
                        .toList());
    }

    static boolean isOwnedBy(HasMetadata object, HasMetadata owner) {
        return object.getMetadata().getOwnerReferences().stream()
                .filter(reference -> Boolean.TRUE.equals(reference.getController()))
                .map(OwnerReference::getUid)
                .anyMatch(uid -> uid.equals(owner.getMetadata().getUid()));
    }

    static Map<String, String> labels(HasMetadata object) {
        return labels(object.getMetadata());
    }

    private static Map<String, String> labels(@Nullable ObjectMeta metadata) {
        return metadata == null || metadata.getLabels() == null ? Map.of() : metadata.getLabels();
    }

    int count() {
        return pods.size();
    }

    /** @param what as in "is of revision 6" */
    String say(Pod pod, String what) {
        boolean leaving = pod.getMetadata().getDeletionTimestamp() != null;
        return subject(pod) + what + (leaving ? "; it is still shutting down" : "");
    }

    /** One sentence for each pod that is older, or does not say how old it is. */
    List<String> olderThan(AppVersion oldest) {
        return pods.stream().flatMap(pod -> tooOld(pod, oldest).stream()).toList();
    }

    private Optional<String> tooOld(Pod pod, AppVersion oldest) {
        Optional<AppVersion> version = version(labels(pod));
        if (version.isEmpty()) {
            return Optional.of(subject(pod) + unreadable(labels(pod)));
        }
        return version.get().compareTo(oldest) < 0
                ? Optional.of(subject(pod) + "is of version " + version.get() + ", which is older than " + oldest)
                : Optional.empty();
    }

    /**
     * Why no pod from this template can ever be held against the oldest version.
     *
     * @param template null if the workload has none
     */
    Optional<String> obstacle(@Nullable PodTemplateSpec template, AppVersion oldest) {
        Map<String, String> labels = template == null ? Map.of() : labels(template.getMetadata());
        return version(labels).isPresent()
                ? Optional.empty()
                : Optional.of(
                        workload + ": its pod template " + unreadable(labels) + ". Its pods cannot be held against"
                                + " --oldest-version " + oldest + ": add the label to spec.template.metadata.labels and"
                                + " roll out, or leave --oldest-version away, and only the newest revision has to run");
    }

    private static Optional<AppVersion> version(Map<String, String> labels) {
        return AppVersion.parse(labels.getOrDefault(APP_VERSION, ""));
    }

    private static String unreadable(Map<String, String> labels) {
        String text = labels.get(APP_VERSION);
        return (text == null ? "has no label " : "has '" + text + "' in the label ") + APP_VERSION + "; expected "
                + AppVersion.EXPECTED;
    }

    /**
     * What speaks against a finished rollout: old pods may be gone because the newer ones replaced them, or because nothing
     * runs at all.
     */
    Optional<String> unavailable(int wanted, int updated, int available) {
        return updated < wanted || available < wanted
                ? Optional.of(workload + ": of " + wanted + " pods " + updated + " are of the newest revision and "
                        + available + " available; the rollout is not over")
                : Optional.empty();
    }

    private String subject(Pod pod) {
        return workload + ": pod " + pod.getMetadata().getName() + " ";
    }
}
