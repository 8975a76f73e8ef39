package dev.slipway.webhook.injection;

import java.util.List;
import tools.jackson.databind.JsonNode;

/** Keys of ours that stand on a workload, where Slipway reads nothing. */
public final class WorkloadKeys {
    private WorkloadKeys() {}

    /**
     * The keys that promise something the template does not say. Tools that set annotations on every object write them in
     * both places, which is harmless, and so is an opt-out of what never opted in.
     *
     * @param found annotations or labels of the workload; may be missing
     * @param template the metadata of its pod template; may be missing
     */
    public static List<String> withoutEffect(JsonNode found, JsonNode template) {
        boolean optsOut = found.path(Annotations.MIGRATE.key()).asString("").equals("false");
        if (optsOut && !(OptIn.of(template) instanceof OptIn.In)) {
            return List.of();
        }
        JsonNode effective = template.path("annotations");
        return OurKeys.in(found).stream()
                .filter(key -> !found.path(key).equals(effective.path(key)))
                .limit(OptIn.MOST_PROBLEMS)
                .toList();
    }

    /** @param path of the pod template */
    public static String problem(String key, String path) {
        String suggestion = OurKeys.isKnown(key) ? "" : OurKeys.suggestion(key);
        return "has " + key + ", which has no effect there; move it to " + path + ".metadata.annotations" + suggestion;
    }
}
