package dev.slipway.webhook.watch;

import dev.slipway.webhook.injection.Annotations;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.fabric8.kubernetes.client.informers.cache.ItemStore;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reports every injected pod in the cluster, first as it is and then at each change, in order. Keeps uid and version of
 * each and nothing else; lists page by page, and watches on if a watch breaks.
 *
 * <p>Pods are read as trees: the client's model of a pod would cost the webhook some megabytes for classes alone.
 */
final class PodInformer implements AutoCloseable {
    private static final long PAGE = 100;
    private static final JsonMapper JSON = new JsonMapper();
    private static final ResourceDefinitionContext PODS = new ResourceDefinitionContext.Builder()
            .withVersion("v1")
            .withKind("Pod")
            .withPlural("pods")
            .withNamespaced(true)
            .build();

    private final SharedIndexInformer<GenericKubernetesResource> informer;

    /**
     * Starts at once.
     *
     * @param seen called on a thread of the client; must return quickly, because the others are
     * @param gone with the uid of the pod
     * @param failed a list or a watch has failed and is tried again
     */
    PodInformer(
            KubernetesClient client, Consumer<PodSnapshot> seen, Consumer<String> gone, Consumer<Throwable> failed) {
        informer = client.genericKubernetesResources(PODS)
                .inAnyNamespace()
                .withLabel(Annotations.INJECTED, "true")
                .withLimit(PAGE)
                .runnableInformer(0);
        informer.itemStore(new Versions());
        informer.removeNamespaceIndex();
        informer.addEventHandler(handler(seen, gone));
        informer.exceptionHandler((started, failure) -> {
            failed.accept(failure);
            return true;
        });
        informer.start();
    }

    static PodSnapshot snapshot(GenericKubernetesResource pod) {
        return new PodSnapshot(
                pod.getMetadata().getUid(),
                pod.getMetadata().getNamespace(),
                pod.getMetadata().getName(),
                WorkloadLookup.controller(pod),
                PodReader.containers(JSON.valueToTree(pod.get("status", "initContainerStatuses"))),
                PodReader.hindrance(tree(pod.get("spec")), tree(pod.get("status"))));
    }

    private static JsonNode tree(@Nullable Object part) {
        return JSON.valueToTree(part);
    }

    private static ResourceEventHandler<GenericKubernetesResource> handler(
            Consumer<PodSnapshot> seen, Consumer<String> gone) {
        return new ResourceEventHandler<>() {
            @Override
            public void onAdd(GenericKubernetesResource pod) {
                seen.accept(snapshot(pod));
            }

            @Override
            public void onUpdate(GenericKubernetesResource before, GenericKubernetesResource pod) {
                seen.accept(snapshot(pod));
            }

            @Override
            public void onDelete(GenericKubernetesResource pod, boolean unseen) {
                // The last status comes with the deletion, unless that was missed.
                if (!unseen) {
                    seen.accept(snapshot(pod));
                }
                gone.accept(pod.getMetadata().getUid());
            }
        };
    }

    @Override
    public void close() {
        informer.stop();
    }

    /** The least that the informer needs. */
    private static final class Versions implements ItemStore<GenericKubernetesResource> {
        private final Map<String, GenericKubernetesResource> pods = new ConcurrentHashMap<>();

        /** A pod that is created again under its old name is another one. */
        @Override
        public String getKey(GenericKubernetesResource pod) {
            return pod.getMetadata().getUid();
        }

        @Override
        public @Nullable GenericKubernetesResource put(String key, GenericKubernetesResource pod) {
            return pods.put(key, reduced(pod));
        }

        @Override
        public @Nullable GenericKubernetesResource remove(String key) {
            return pods.remove(key);
        }

        @Override
        public Stream<String> keySet() {
            return pods.keySet().stream();
        }

        @Override
        public Stream<GenericKubernetesResource> values() {
            return pods.values().stream();
        }

        @Override
        public @Nullable GenericKubernetesResource get(String key) {
            return pods.get(key);
        }

        @Override
        public int size() {
            return pods.size();
        }

        /** Otherwise the informer would report what is stored here instead of what has arrived. */
        @Override
        public boolean isFullState() {
            return false;
        }

        private static GenericKubernetesResource reduced(GenericKubernetesResource pod) {
            var reduced = new GenericKubernetesResource();
            reduced.setMetadata(new ObjectMetaBuilder()
                    .withUid(pod.getMetadata().getUid())
                    .withResourceVersion(pod.getMetadata().getResourceVersion())
                    .build());
            return reduced;
        }
    }
}
