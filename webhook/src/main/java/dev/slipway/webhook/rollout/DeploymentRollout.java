package dev.slipway.webhook.rollout;

import dev.slipway.contract.AppVersion;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentStatus;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * A Deployment as the API showed it. Pure.
 *
 * @param replicaSets of its namespace; those of others are skipped
 * @param pods that its selector matches, with any owner
 */
record DeploymentRollout(Deployment deployment, List<ReplicaSet> replicaSets, List<Pod> pods) implements Rollout {
    private static final String REVISION = "deployment.kubernetes.io/revision";

    DeploymentRollout {
        replicaSets = List.copyOf(replicaSets);
        pods = List.copyOf(pods);
    }

    @Override
    public List<String> objections(Optional<AppVersion> oldest) {
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
        RunningPods running = running();
        running.pods()
                .forEach(pod -> ageOf(pod, newest.get()).ifPresent(what -> objections.add(running.say(pod, what))));
        oldest.ifPresent(version -> objections.addAll(running.olderThan(version)));
        unavailable(running).ifPresent(objections::add);
        return objections;
    }

    @Override
    public Optional<String> obstacle(Optional<AppVersion> oldest) {
        return oldest.flatMap(version -> running().obstacle(deployment.getSpec().getTemplate(), version));
    }

    @Override
    public String describe() {
        return name() + ", revision " + revision(deployment) + ", " + running().count() + " pods";
    }

    private RunningPods running() {
        return RunningPods.of(name(), pods);
    }

    private boolean isObserved() {
        Long observed =
                deployment.getStatus() == null ? null : deployment.getStatus().getObservedGeneration();
        return observed != null && observed >= deployment.getMetadata().getGeneration();
    }

    private Optional<ReplicaSet> newest() {
        return replicaSets.stream()
                .filter(set -> RunningPods.isOwnedBy(set, deployment))
                .filter(set -> revision(set).equals(revision(deployment)))
                .findFirst();
    }

    private Optional<String> ageOf(Pod pod, ReplicaSet newest) {
        if (RunningPods.isOwnedBy(pod, newest)) {
            return Optional.empty();
        }
        Optional<ReplicaSet> older = replicaSets.stream()
                .filter(set -> RunningPods.isOwnedBy(set, deployment) && RunningPods.isOwnedBy(pod, set))
                .findFirst();
        String what = older.map(set -> "is of revision " + revision(set) + ", the newest is " + revision(newest))
                .orElse("is matched by its selector, but belongs to none of its revisions");
        return Optional.of(what);
    }

    private Optional<String> unavailable(RunningPods running) {
        int wanted = Objects.requireNonNullElse(deployment.getSpec().getReplicas(), 1);
        DeploymentStatus status = deployment.getStatus();
        int updated = status == null ? 0 : Objects.requireNonNullElse(status.getUpdatedReplicas(), 0);
        int available = status == null ? 0 : Objects.requireNonNullElse(status.getAvailableReplicas(), 0);
        return running.unavailable(wanted, updated, available);
    }

    private String name() {
        return WorkloadKind.DEPLOYMENT + " " + deployment.getMetadata().getName();
    }

    private static String revision(HasMetadata object) {
        Map<String, String> annotations =
                Objects.requireNonNullElse(object.getMetadata().getAnnotations(), Map.of());
        return annotations.getOrDefault(REVISION, "?");
    }
}
