package dev.slipway.webhook.rollout;

import dev.slipway.contract.AppVersion;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentStatus;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * A Deployment as the API showed it. Pure.
 *
 * @param replicaSets of its namespace; those of others are skipped
 * @param pods that its selector matches, whoever owns them
 */
record Rollout(Deployment deployment, List<ReplicaSet> replicaSets, List<Pod> pods) {
    private static final String REVISION = "deployment.kubernetes.io/revision";
    private static final String APP_VERSION = "app.kubernetes.io/version";
    private static final Set<String> ENDED = Set.of("Succeeded", "Failed");

    Rollout {
        replicaSets = List.copyOf(replicaSets);
        pods = List.copyOf(pods);
    }

    /**
     * Everything that speaks against "only the newest revision runs, and it runs well".
     *
     * @param oldest the oldest version of the application that may run; empty where any may
     */
    List<String> objections(Optional<AppVersion> oldest) {
        var objections = new ArrayList<String>();
        if (!isObserved()) {
            objections.add(name() + " has a newer template than its controller has seen");
        }
        if (Boolean.TRUE.equals(deployment.getSpec().getPaused())) {
            objections.add(name() + " is paused in the middle of a rollout, or before one");
        }
        Optional<ReplicaSet> newest = newest();
        if (newest.isEmpty()) {
            objections.add(name() + " has no ReplicaSet of its revision " + revision(deployment));
            return objections;
        }
        for (Pod pod : running()) {
            ageOf(pod, newest.get()).ifPresent(objections::add);
            oldest.flatMap(version -> tooOld(pod, version)).ifPresent(objections::add);
        }
        unavailable().ifPresent(objections::add);
        return objections;
    }

    /** One line for the log. */
    String describe() {
        return name() + ", revision " + revision(deployment) + ", " + running().size() + " pods";
    }

    private List<Pod> running() {
        // A pod that is being deleted runs until it is gone.
        return pods.stream()
                .filter(pod -> pod.getStatus() == null
                        || !ENDED.contains(
                                Objects.requireNonNullElse(pod.getStatus().getPhase(), "")))
                .toList();
    }

    private boolean isObserved() {
        Long observed =
                deployment.getStatus() == null ? null : deployment.getStatus().getObservedGeneration();
        return observed != null && observed >= deployment.getMetadata().getGeneration();
    }

    private Optional<ReplicaSet> newest() {
        return replicaSets.stream()
                .filter(set -> isOwnedBy(set, deployment))
                .filter(set -> revision(set).equals(revision(deployment)))
                .findFirst();
    }

    private Optional<String> ageOf(Pod pod, ReplicaSet newest) {
        if (isOwnedBy(pod, newest)) {
            return Optional.empty();
        }
        Optional<ReplicaSet> older = replicaSets.stream()
                .filter(set -> isOwnedBy(set, deployment) && isOwnedBy(pod, set))
                .findFirst();
        String what = older.map(set -> "is of revision " + revision(set) + ", the newest is " + revision(newest))
                .orElse("is matched by its selector, but belongs to none of its revisions");
        boolean leaving = pod.getMetadata().getDeletionTimestamp() != null;
        return Optional.of(name() + ": pod " + pod.getMetadata().getName() + " " + what
                + (leaving ? "; it is still shutting down" : ""));
    }

    private Optional<String> tooOld(Pod pod, AppVersion oldest) {
        Map<String, String> labels =
                Objects.requireNonNullElse(pod.getMetadata().getLabels(), Map.of());
        String text = labels.getOrDefault(APP_VERSION, "");
        Optional<AppVersion> version = AppVersion.parse(text);
        String subject = name() + ": pod " + pod.getMetadata().getName() + " ";
        if (version.isEmpty()) {
            return Optional.of(
                    subject + "has '" + text + "' in the label " + APP_VERSION + "; expected " + AppVersion.EXPECTED);
        }
        return version.get().compareTo(oldest) < 0
                ? Optional.of(subject + "is of version " + text + ", which is older than " + oldest)
                : Optional.empty();
    }

    /** Old pods may be gone because the newer ones replaced them, or because nothing runs at all. */
    private Optional<String> unavailable() {
        int wanted = Objects.requireNonNullElse(deployment.getSpec().getReplicas(), 1);
        DeploymentStatus status = deployment.getStatus();
        int updated = status == null ? 0 : Objects.requireNonNullElse(status.getUpdatedReplicas(), 0);
        int available = status == null ? 0 : Objects.requireNonNullElse(status.getAvailableReplicas(), 0);
        return updated < wanted || available < wanted
                ? Optional.of(name() + ": of " + wanted + " pods " + updated + " are of the newest revision and "
                        + available + " available; the rollout is not over")
                : Optional.empty();
    }

    private String name() {
        return "deployment " + deployment.getMetadata().getName();
    }

    private static String revision(HasMetadata object) {
        Map<String, String> annotations =
                Objects.requireNonNullElse(object.getMetadata().getAnnotations(), Map.of());
        return annotations.getOrDefault(REVISION, "?");
    }

    private static boolean isOwnedBy(HasMetadata object, HasMetadata owner) {
        return object.getMetadata().getOwnerReferences().stream()
                .filter(reference -> Boolean.TRUE.equals(reference.getController()))
                .map(OwnerReference::getUid)
                .anyMatch(uid -> uid.equals(owner.getMetadata().getUid()));
    }
}
