package dev.slipway.webhook.injection;

import dev.slipway.contract.Settings;
import java.util.Set;

/**
 * What the platform team chose for every pod; a pod's annotations win.
 *
 * @param image the migrator image
 * @param imagePullPolicy of the migrator image
 * @param preflight of pods that are not annotated with one
 * @param settings the migrator's settings that differ from its own defaults
 * @param imageVolumes whether the cluster mounts images as volumes; otherwise an init container copies the files
 * @param secretInjectors names of init containers that fetch secrets; under {@code position: auto} ours come after them
 * @param laterContainers names of further init containers that other webhooks add; a position may name one of either
 *     list before it is there
 * @param version of the webhook
 */
public record InjectionDefaults(
        String image,
        String imagePullPolicy,
        PreflightMode preflight,
        ResourceNumbers resources,
        Settings settings,
        boolean imageVolumes,
        Set<String> secretInjectors,
        Set<String> laterContainers,
        String version) {
    public InjectionDefaults {
        secretInjectors = Set.copyOf(secretInjectors);
        laterContainers = Set.copyOf(laterContainers);
    }

    boolean mayAppearLater(String initContainer) {
        return secretInjectors.contains(initContainer) || laterContainers.contains(initContainer);
    }
}
