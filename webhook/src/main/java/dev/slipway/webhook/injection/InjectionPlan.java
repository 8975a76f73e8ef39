package dev.slipway.webhook.injection;

import dev.slipway.contract.Settings;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/**
 * Everything that is added to a pod.
 *
 * @param initContainers ours, in the order in which they run
 * @param index where the first of them goes in the pod's present list of init containers
 * @param volumes those that our containers need and the pod does not have
 * @param settings of the migrator, with the defaults of the platform
 * @param version of the webhook, for the marker annotation
 * @param warnings for the person who applies the pod
 */
public record InjectionPlan(
        List<ObjectNode> initContainers,
        int index,
        List<ObjectNode> volumes,
        Settings settings,
        String version,
        List<String> warnings) {
    public InjectionPlan {
        initContainers = List.copyOf(initContainers);
        volumes = List.copyOf(volumes);
        warnings = List.copyOf(warnings);
    }
}
