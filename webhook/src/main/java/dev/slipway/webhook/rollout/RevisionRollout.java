package dev.slipway.webhook.rollout;

import dev.slipway.contract.AppVersion;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.fabric8.kubernetes.api.model.apps.DaemonSetStatus;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.apps.StatefulSetStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A StatefulSet or DaemonSet as the API showed it: it owns its pods itself, and a label of theirs names the revision.
 * Pure.
 *
 * @param label of the pods
 * @param newest its value on pods of the newest revision; null if the controller has not said it yet
 * @param observed generation that the controller has seen
 * @param pods that its selector matches, with any owner
 */
record RevisionRollout(
        WorkloadKind kind,
        HasMetadata controller,
        @Nullable PodTemplateSpec template,
        String label,
        @Nullable String newest,
        @Nullable Long observed,
        int wanted,
        int updated,
        int available,
        List<Pod> pods)
        implements Rollout {
    private static final String REVISION_HASH = "controller-revision-hash";
    /** Its pods have the hash as well, but only a third kind of object says which hash is the newest. */
    private static final String TEMPLATE_GENERATION = "pod-template-generation";

    private static final String NEWEST_TEMPLATE_GENERATION = "deprecated.daemonset.template.generation";

    static RevisionRollout of(StatefulSet set, List<Pod> pods) {
        StatefulSetStatus status = Objects.requireNonNullElseGet(set.getStatus(), StatefulSetStatus::new);
        return new RevisionRollout(
                WorkloadKind.STATEFULSET,
                set,
                set.getSpec().getTemplate(),
                REVISION_HASH,
                status.getUpdateRevision(),
                status.getObservedGeneration(),
                Objects.requireNonNullElse(set.getSpec().getReplicas(), 1),
                orZero(status.getUpdatedReplicas()),
                orZero(status.getAvailableReplicas()),
                pods);
    }

    static RevisionRollout of(DaemonSet set, List<Pod> pods) {
        DaemonSetStatus status = Objects.requireNonNullElseGet(set.getStatus(), DaemonSetStatus::new);
        Map<String, String> annotations =
                Objects.requireNonNullElse(set.getMetadata().getAnnotations(), Map.of());
        return new RevisionRollout(
                WorkloadKind.DAEMONSET,
                set,
                set.getSpec().getTemplate(),
                TEMPLATE_GENERATION,
                annotations.get(NEWEST_TEMPLATE_GENERATION),
                status.getObservedGeneration(),
                orZero(status.getDesiredNumberScheduled()),
                orZero(status.getUpdatedNumberScheduled()),
                orZero(status.getNumberAvailable()),
                pods);
    }

    @Override
    public List<String> objections(Optional<AppVersion> oldest) {
        var objections = new ArrayList<String>();
        Long seen = observed;
        if (seen == null || seen < controller.getMetadata().getGeneration() || newest == null) {
            objections.add(name() + " has a newer template than its controller has seen");
        }
        RunningPods running = running();
        running.pods().forEach(pod -> ageOf(pod).ifPresent(what -> objections.add(running.say(pod, what))));
        oldest.ifPresent(version -> objections.addAll(running.olderThan(version)));
        running.unavailable(wanted, updated, available).ifPresent(objections::add);
        return objections;
    }

    @Override
    public Optional<String> obstacle(Optional<AppVersion> oldest) {
        return oldest.flatMap(version -> running().obstacle(template, version));
    }

    @Override
    public String describe() {
        return name() + ", revision " + newest + ", " + running().count() + " pods";
    }

    private Optional<String> ageOf(Pod pod) {
        if (!RunningPods.isOwnedBy(pod, controller)) {
            return Optional.of("is matched by its selector, but does not belong to it");
        }
        String revision = RunningPods.labels(pod).getOrDefault(label, "?");
        return revision.equals(newest)
                ? Optional.empty()
                : Optional.of("is of revision " + revision + ", the newest is " + newest);
    }

    private RunningPods running() {
        return RunningPods.of(name(), pods);
    }

    private String name() {
        return kind + " " + controller.getMetadata().getName();
    }

    private static int orZero(@Nullable Integer number) {
        return Objects.requireNonNullElse(number, 0);
    }
}
