package dev.slipway.webhook.injection;

import com.fasterxml.jackson.databind.JsonNode;
import dev.slipway.contract.Setting;
import java.util.List;
import java.util.Optional;

/** The names of what is ours in a pod, and how it is told from a namesake. */
public final class OwnContainers {
    /** Copies the migrations out of their image, where the cluster cannot mount images. */
    public static final String COPY = "slipway-copy";

    public static final String PREFLIGHT = "slipway-preflight";
    public static final String MIGRATE = "slipway-migrate";

    /** In the order in which they run. */
    public static final List<String> NAMES = List.of(COPY, PREFLIGHT, MIGRATE);

    /** The values of {@code slipway.dev/preflight} that need no container of its own. */
    private static final List<String> PREFLIGHT_ELSEWHERE = List.of("inline", "off");

    static final String TMP_VOLUME = "slipway-tmp";
    static final String DATABASE_VOLUME = "slipway-database";
    static final String MIGRATIONS_VOLUME = "slipway-migrations";

    private OwnContainers() {}

    /**
     * The migrating init container of an injected pod. Name and content count, the marker does not: a copy of a pod
     * carries the marker, and anybody can write it. The image is not compared: webhooks that rewrite images to a mirror,
     * and another version of this webhook, leave another one.
     *
     * <p>The ValidatingAdmissionPolicy of {@code k8s/base} asks the same of the same fields; what differs between the two
     * refuses pods that the webhook let through, or is a way round it.
     */
    static Optional<JsonNode> migrateContainer(PodTree pod) {
        return own(pod, MIGRATE, "migrate");
    }

    /** Whether an injected pod has lost the container that its annotations, valid or not, ask for. */
    static boolean lacksPreflight(PodTree pod) {
        String mode = pod.annotations().path(Annotations.PREFLIGHT.key()).asText();
        return !PREFLIGHT_ELSEWHERE.contains(mode)
                && own(pod, PREFLIGHT, "preflight").isEmpty();
    }

    private static Optional<JsonNode> own(PodTree pod, String name, String command) {
        return pod.initContainers().stream()
                .filter(container -> PodTree.nameOf(container).equals(name) && runs(container, command))
                .findFirst();
    }

    /** Anywhere in the arguments: webhooks that wrap a command put theirs in front. A sidecar would hold nothing up. */
    private static boolean runs(JsonNode container, String command) {
        return !PodTree.isNativeSidecar(container)
                && PodTree.elements(container.path("args")).stream()
                        .anyMatch(argument -> argument.asText().equals(command))
                && PodTree.elements(container.path("env")).stream().anyMatch(OwnContainers::isPodName);
    }

    private static boolean isPodName(JsonNode variable) {
        return PodTree.nameOf(variable).equals(Setting.POD_NAME.env())
                && variable.path("valueFrom")
                        .path("fieldRef")
                        .path("fieldPath")
                        .asText()
                        .equals("metadata.name");
    }
}
