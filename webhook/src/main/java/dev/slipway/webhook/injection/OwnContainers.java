package dev.slipway.webhook.injection;

import java.util.List;
import tools.jackson.databind.JsonNode;

/** The names of what is ours in a pod. */
public final class OwnContainers {
    /** Copies the migrations out of their image, if the cluster cannot mount images. */
    public static final String COPY = "slipway-copy";

    public static final String PREFLIGHT = "slipway-preflight";
    public static final String MIGRATE = "slipway-migrate";

    /** In the order in which they run. */
    public static final List<String> NAMES = List.of(COPY, PREFLIGHT, MIGRATE);

    static final String TMP_VOLUME = "slipway-tmp";
    static final String DATABASE_VOLUME = "slipway-database";
    static final String MIGRATIONS_VOLUME = "slipway-migrations";

    private OwnContainers() {}

    /**
     * Whether an injected pod has lost the pre-flight that its annotations, valid or not, ask for. Without an annotation
     * both ways are right: the platform may have another default than when the pod was injected.
     */
    static boolean lacksPreflight(PodTree pod) {
        String mode = pod.annotations().path(Annotations.PREFLIGHT.key()).asString("");
        if (mode.equals("off") || PodTree.namesOf(pod.initContainers()).contains(PREFLIGHT)) {
            return false;
        }
        return mode.equals("container") || pod.initContainers().stream().noneMatch(OwnContainers::looksItself);
    }

    /** Whether it is the migrator that makes the pre-flight itself. */
    static boolean looksItself(JsonNode container) {
        return PodTree.nameOf(container).equals(MIGRATE)
                && PodTree.elements(container.path("args")).stream()
                        .anyMatch(argument -> argument.asString("").equals(PreflightMode.FLAG));
    }
}
