package dev.slipway.webhook.rollout;

import dev.slipway.contract.AppVersion;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Asks the API server whether pods of an older revision still run. */
public final class OldPods {
    private final KubernetesClient client;
    private final String namespace;
    private final Optional<AppVersion> oldest;

    /** @param oldest the oldest version of the application that may run; empty where any may */
    public OldPods(KubernetesClient client, String namespace, Optional<AppVersion> oldest) {
        this.client = client;
        this.namespace = namespace;
        this.oldest = oldest;
    }

    /**
     * What one look showed.
     *
     * @param seen one line for each Deployment
     * @param objections why it cannot be said that only newest pods run; empty where it can
     */
    public record Answer(List<String> seen, List<String> objections) {
        public Answer {
            seen = List.copyOf(seen);
            objections = List.copyOf(objections);
        }
    }

    /** Blocks for some seconds at most. What cannot be asked is an objection. */
    public Answer about(List<String> deployments) {
        var seen = new ArrayList<String>();
        var objections = new ArrayList<String>();
        for (String name : deployments) {
            try {
                look(name, seen, objections);
            } catch (KubernetesClientException refused) {
                objections.add("deployment " + name + ": the API server does not answer: " + reason(refused));
            }
        }
        return new Answer(seen, objections);
    }

    private void look(String name, List<String> seen, List<String> objections) {
        Optional<Deployment> deployment = deployment(name);
        if (deployment.isEmpty()) {
            objections.add("deployment " + name + " does not exist in namespace " + namespace);
            return;
        }
        Rollout rollout = new Rollout(
                deployment.get(),
                client.apps().replicaSets().inNamespace(namespace).list().getItems(),
                client.pods()
                        .inNamespace(namespace)
                        .withLabelSelector(deployment.get().getSpec().getSelector())
                        .list()
                        .getItems());
        seen.add(rollout.describe());
        objections.addAll(rollout.objections(oldest));
        Long before = deployment.get().getMetadata().getGeneration();
        if (!deployment(name).map(now -> now.getMetadata().getGeneration()).equals(Optional.ofNullable(before))) {
            objections.add("deployment " + name + " was changed while it was looked at");
        }
    }

    private Optional<Deployment> deployment(String name) {
        return Optional.ofNullable(client.apps()
                .deployments()
                .inNamespace(namespace)
                .withName(name)
                .get());
    }

    /** The status of the API server says it best; the client's own text quotes whole addresses. */
    private static String reason(KubernetesClientException refused) {
        return refused.getStatus() != null && refused.getStatus().getMessage() != null
                ? refused.getStatus().getMessage()
                : String.valueOf(refused.getMessage());
    }
}
