package dev.slipway.webhook.injection;

import java.util.List;

/** The names of what is ours in a pod. */
public final class OwnContainers {
    /** Copies the migrations out of their image, if the cluster cannot mount images. */
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

    /** Whether an injected pod has lost the container that its annotations, valid or not, ask for. */
    static boolean lacksPreflight(PodTree pod) {
        String mode = pod.annotations().path(Annotations.PREFLIGHT.key()).asText();
        return !PREFLIGHT_ELSEWHERE.contains(mode)
                && !PodTree.namesOf(pod.initContainers()).contains(PREFLIGHT);
    }
}
