package dev.slipway.webhook.watch;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import java.net.HttpURLConnection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Finds what is behind a pod: the Deployment of its ReplicaSet, the CronJob of its Job. Not thread-safe. */
final class WorkloadLookup {
    private static final int MOST = 2_000;
    private static final Map<String, ResourceDefinitionContext> IN_BETWEEN = Map.of(
            "apps/v1 ReplicaSet", resource("apps", "ReplicaSet", "replicasets"),
            "batch/v1 Job", resource("batch", "Job", "jobs"));

    private final KubernetesClient client;
    private final Map<String, Workload> known = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Workload> eldest) {
            return size() > MOST;
        }
    };

    WorkloadLookup(KubernetesClient client) {
        this.client = client;
    }

    /**
     * Asks the API server once for each ReplicaSet and Job; blocks meanwhile.
     *
     * @throws KubernetesClientException if it does not answer; that the object is gone or may not be read is an answer
     */
    Workload of(PodSnapshot pod) {
        Workload nearest = Workload.of(pod);
        ResourceDefinitionContext kind = IN_BETWEEN.get(
                nearest.object().apiVersion() + " " + nearest.object().kind());
        if (kind == null) {
            return nearest;
        }
        Workload found = known.get(nearest.object().uid());
        if (found == null) {
            found = ask(kind, nearest);
            known.put(nearest.object().uid(), found);
        }
        return found;
    }

    private Workload ask(ResourceDefinitionContext kind, Workload nearest) {
        return get(kind, nearest)
                .filter(object ->
                        nearest.object().uid().equals(object.getMetadata().getUid()))
                .flatMap(WorkloadLookup::controller)
                .map(owner -> new Workload(nearest.namespace(), owner))
                .orElse(nearest);
    }

    private Optional<GenericKubernetesResource> get(ResourceDefinitionContext kind, Workload nearest) {
        try {
            return Optional.ofNullable(client.genericKubernetesResources(kind)
                    .inNamespace(nearest.namespace())
                    .withName(nearest.object().name())
                    .get());
        } catch (KubernetesClientException refused) {
            if (refused.getCode() == HttpURLConnection.HTTP_FORBIDDEN) {
                return Optional.empty();
            }
            throw refused;
        }
    }

    static Optional<ObjectReference> controller(GenericKubernetesResource object) {
        return object.getMetadata().getOwnerReferences().stream()
                .filter(owner -> Boolean.TRUE.equals(owner.getController()))
                .findFirst()
                .flatMap(WorkloadLookup::reference);
    }

    private static Optional<ObjectReference> reference(OwnerReference owner) {
        return ObjectReference.of(
                text(owner.getApiVersion()), text(owner.getKind()), text(owner.getName()), text(owner.getUid()));
    }

    private static String text(@Nullable String field) {
        return field == null ? "" : field;
    }

    private static ResourceDefinitionContext resource(String group, String kind, String plural) {
        return new ResourceDefinitionContext.Builder()
                .withGroup(group)
                .withVersion("v1")
                .withKind(kind)
                .withPlural(plural)
                .withNamespaced(true)
                .build();
    }
}
