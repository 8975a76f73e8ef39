package dev.slipway.webhook.rollout;

import dev.slipway.contract.AppVersion;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.AppsAPIGroupDSL;
import java.net.HttpURLConnection;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Asks the API server whether pods of an older revision still run. */
public final class OldPods {
    private final KubernetesClient client;
    private final String namespace;
    private final Optional<AppVersion> oldest;

    /** @param oldest the oldest version of the application that may run; empty if any may */
    public OldPods(KubernetesClient client, String namespace, Optional<AppVersion> oldest) {
        this.client = client;
        this.namespace = namespace;
        this.oldest = oldest;
    }

    /**
     * What one look showed.
     *
     * @param seen one line for each workload
     * @param objections why it cannot be said that only newest pods run; empty if it can
     * @param obstacles what makes waiting pointless, with the way out; none of them is among the objections
     */
    public record Answer(List<String> seen, List<String> objections, List<String> obstacles) {
        public Answer {
            seen = List.copyOf(seen);
            objections = List.copyOf(objections);
            obstacles = List.copyOf(obstacles);
        }
    }

    /** A workload in the namespace whose pods a rollout replaces. */
    public record Replaced(WorkloadKind kind, String name) {
        @Override
        public String toString() {
            return kind + " " + name;
        }
    }

    /** Blocks for some seconds at most. What cannot be asked is an objection. */
    public Answer about(List<Replaced> workloads) {
        var seen = new ArrayList<String>();
        var objections = new ArrayList<String>();
        var obstacles = new ArrayList<String>();
        for (Replaced workload : workloads) {
            try {
                look(workload, seen, objections, obstacles);
            } catch (KubernetesClientException refused) {
                if (refused.getCode() == HttpURLConnection.HTTP_FORBIDDEN) {
                    obstacles.add(
                            workload + ": " + reason(refused) + "; allow it in the Role of the Job's service account");
                } else {
                    objections.add(workload + ": the API server does not answer: " + reason(refused));
                }
            }
        }
        return new Answer(seen, objections, obstacles);
    }

    private void look(Replaced workload, List<String> seen, List<String> objections, List<String> obstacles) {
        Optional<HasMetadata> before = read(workload);
        if (before.isEmpty()) {
            objections.add(workload + " does not exist in namespace " + namespace);
            return;
        }
        Rollout rollout = rollout(before.get());
        seen.add(rollout.describe());
        objections.addAll(rollout.objections(oldest));
        rollout.obstacle(oldest).ifPresent(obstacles::add);
        Long generation = before.get().getMetadata().getGeneration();
        if (!read(workload).map(now -> now.getMetadata().getGeneration()).equals(Optional.ofNullable(generation))) {
            objections.add(workload + " was changed while it was looked at");
        }
    }

    private Optional<HasMetadata> read(Replaced workload) {
        AppsAPIGroupDSL apps = client.apps();
        String name = workload.name();
        return Optional.ofNullable(
                switch (workload.kind()) {
                    case DEPLOYMENT ->
                        apps.deployments().inNamespace(namespace).withName(name).get();
                    case STATEFULSET ->
                        apps.statefulSets()
                                .inNamespace(namespace)
                                .withName(name)
                                .get();
                    case DAEMONSET ->
                        apps.daemonSets().inNamespace(namespace).withName(name).get();
                });
    }

    private Rollout rollout(HasMetadata workload) {
        if (workload instanceof StatefulSet set) {
            return RevisionRollout.of(set, pods(set.getSpec().getSelector()));
        }
        if (workload instanceof DaemonSet set) {
            return RevisionRollout.of(set, pods(set.getSpec().getSelector()));
        }
        Deployment deployment = (Deployment) workload;
        return new DeploymentRollout(
                deployment,
                client.apps().replicaSets().inNamespace(namespace).list().getItems(),
                pods(deployment.getSpec().getSelector()));
    }

    private List<Pod> pods(LabelSelector selector) {
        return client.pods()
                .inNamespace(namespace)
                .withLabelSelector(selector)
                .list()
                .getItems();
    }

    /** The status of the API server says it best; the client's own text quotes whole addresses. */
    private static String reason(KubernetesClientException refused) {
        return refused.getStatus() != null && refused.getStatus().getMessage() != null
                ? refused.getStatus().getMessage()
                : String.valueOf(refused.getMessage());
    }
}
