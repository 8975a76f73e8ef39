package dev.slipway.webhook.watch;

import dev.slipway.webhook.injection.Annotations;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * The Lease of the one replica that watches, and what one leader leaves to the next: an annotation with the newest end
 * of a run that was counted. It is written before anything is counted, and only while the Lease is ours, so that no run
 * is counted twice; runs between such a write and the end of the process are not counted at all. Blocks.
 */
final class WatchLease {
    static final String NAME = "slipway-webhook-watch";

    private static final String HOLDER = "/spec/holderIdentity";
    private static final String ANNOTATION = Annotations.PREFIX + "counted-until";
    /** Pods may have run for long while no replica watched; what is older is history. */
    private static final Duration OLDEST = Duration.ofHours(1);

    private static final ResourceDefinitionContext LEASES = new ResourceDefinitionContext.Builder()
            .withGroup("coordination.k8s.io")
            .withVersion("v1")
            .withKind("Lease")
            .withPlural("leases")
            .withNamespaced(true)
            .build();

    private final Resource<GenericKubernetesResource> lease;
    private final String identity;

    /** @param identity of this process */
    WatchLease(KubernetesClient client, String namespace, String identity) {
        this.lease =
                client.genericKubernetesResources(LEASES).inNamespace(namespace).withName(NAME);
        this.identity = identity;
    }

    /** The end of what an earlier leader has counted; now, if there was none. The Lease must be ours. */
    Instant countedUntil(Instant now) {
        GenericKubernetesResource found = lease.get();
        Map<String, String> annotations =
                found == null ? Map.of() : found.getMetadata().getAnnotations();
        Optional<Instant> written =
                Optional.ofNullable(annotations.get(ANNOTATION)).flatMap(WatchLease::parse);
        if (written.isEmpty()) {
            write(now, annotations.isEmpty());
        }
        return written.map(instant -> between(now.minus(OLDEST), instant, now)).orElse(now);
    }

    /**
     * Returns when it is written.
     *
     * @throws io.fabric8.kubernetes.client.KubernetesClientException if it is not; with 422 if the Lease is not ours
     */
    void count(Instant until) {
        write(until, false);
    }

    /** Leaves it without a holder, so that the next one need not wait until it has run out. */
    void release() {
        ArrayNode patch = patchWhereItIsOurs();
        patch.addObject().put("op", "remove").put("path", HOLDER);
        lease.patch(PatchContext.of(PatchType.JSON), patch.toString());
    }

    private ArrayNode patchWhereItIsOurs() {
        ArrayNode patch = JsonNodeFactory.instance.arrayNode();
        patch.addObject().put("op", "test").put("path", HOLDER).put("value", identity);
        return patch;
    }

    private void write(Instant until, boolean first) {
        ArrayNode patch = patchWhereItIsOurs();
        if (first) {
            patch.addObject()
                    .put("op", "add")
                    .put("path", "/metadata/annotations")
                    .putObject("value");
        }
        patch.addObject()
                .put("op", "add")
                .put("path", "/metadata/annotations/" + ANNOTATION.replace("/", "~1"))
                .put("value", until.toString());
        lease.patch(PatchContext.of(PatchType.JSON), patch.toString());
    }

    private static Optional<Instant> parse(String text) {
        try {
            return Optional.of(Instant.parse(text));
        } catch (DateTimeParseException notOurs) {
            return Optional.empty();
        }
    }

    private static Instant between(Instant least, Instant value, Instant most) {
        Instant atLeast = value.isBefore(least) ? least : value;
        return atLeast.isAfter(most) ? most : atLeast;
    }
}
