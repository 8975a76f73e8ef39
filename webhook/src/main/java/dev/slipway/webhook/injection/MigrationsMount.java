package dev.slipway.webhook.injection;

import dev.slipway.contract.FieldKind;
import dev.slipway.contract.Problems;
import dev.slipway.contract.Setting;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * How the migrations get into our containers.
 *
 * @param volume added to the pod; empty if the pod has it, or if the migrator image carries the files
 * @param mount of that volume into our containers; empty if the migrator image carries the files
 * @param folder of the migrations as the migrator sees it; empty for its default
 * @param copyFrom the image that an extra init container copies the files from; empty if none is needed
 * @param path the folder inside the source
 */
record MigrationsMount(
        Optional<ObjectNode> volume,
        Optional<ObjectNode> mount,
        Optional<String> folder,
        Optional<String> copyFrom,
        String path) {
    /** Where a source other than the migrator image is mounted, as a whole. */
    static final String FOLDER = "/slipway-source";

    private static final String ROOT = "/";
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    /**
     * Chooses by the annotations; names that the pod does not have become problems.
     *
     * @param imageVolumes whether images are mounted rather than copied
     */
    static MigrationsMount choose(
            AnnotationValues values,
            PodTree pod,
            Set<String> otherVolumes,
            InjectionDefaults defaults,
            boolean imageVolumes,
            Problems problems) {
        MigrationsSource source =
                values.get(Annotations.MIGRATIONS_FROM).orElseGet(MigrationsSource.MigratorImage::new);
        Optional<String> path = values.get(Annotations.MIGRATIONS_PATH);
        String pullPolicy = values.get(Annotations.IMAGE_PULL_POLICY).orElse(defaults.imagePullPolicy());
        if (source instanceof MigrationsSource.Image image) {
            return fromImage(image.reference(), path, pullPolicy, imageVolumes);
        }
        if (source instanceof MigrationsSource.ContainerImage container) {
            String reference = imageOf(container.container(), pod, problems);
            return fromImage(reference, path, pullPolicy, imageVolumes);
        }
        if (source instanceof MigrationsSource.ConfigMap configMap) {
            return fromConfigMap(configMap.name(), path, problems);
        }
        if (source instanceof MigrationsSource.Volume volume) {
            return fromVolume(volume.name(), path, pod, otherVolumes, problems);
        }
        return new MigrationsMount(
                Optional.empty(), Optional.empty(), path, Optional.empty(), path.orElse(Setting.DEFAULT_MIGRATIONS));
    }

    private static MigrationsMount fromImage(
            String reference, Optional<String> path, String pullPolicy, boolean imageVolumes) {
        String folder = path.orElse(Setting.DEFAULT_MIGRATIONS);
        if (!imageVolumes) {
            return new MigrationsMount(
                    Optional.of(memoryVolume(OwnContainers.MIGRATIONS_VOLUME, "64Mi")),
                    Optional.of(readOnly(OwnContainers.MIGRATIONS_VOLUME)),
                    Optional.of(FOLDER),
                    Optional.of(reference),
                    folder);
        }
        ObjectNode volume = JSON.objectNode().put("name", OwnContainers.MIGRATIONS_VOLUME);
        volume.putObject("image").put("reference", reference).put("pullPolicy", pullPolicy);
        return mounted(Optional.of(volume), OwnContainers.MIGRATIONS_VOLUME, folder);
    }

    private static MigrationsMount fromConfigMap(String name, Optional<String> path, Problems problems) {
        if (!path.orElse(ROOT).equals(ROOT)) {
            problems.add(
                    Annotations.MIGRATIONS_PATH.key(),
                    "is " + FieldKind.PATH.show(path.orElseThrow())
                            + ", but a ConfigMap has no folders; leave the annotation out");
        }
        ObjectNode volume = JSON.objectNode().put("name", OwnContainers.MIGRATIONS_VOLUME);
        volume.putObject("configMap").put("name", name).put("defaultMode", MigratorContainers.READABLE);
        return mounted(Optional.of(volume), OwnContainers.MIGRATIONS_VOLUME, ROOT);
    }

    private static MigrationsMount fromVolume(
            String name, Optional<String> path, PodTree pod, Set<String> otherVolumes, Problems problems) {
        List<String> volumes = PodTree.namesOf(pod.volumes());
        if (!volumes.contains(name) && !otherVolumes.contains(name)) {
            PodNames.unknown(Annotations.MIGRATIONS_FROM.key(), "volume", name, volumes, problems);
        }
        return mounted(Optional.empty(), name, path.orElse(ROOT));
    }

    private static MigrationsMount mounted(Optional<ObjectNode> volume, String volumeName, String path) {
        return new MigrationsMount(
                volume,
                Optional.of(readOnly(volumeName)),
                Optional.of(MigrationsPath.below(FOLDER, path)),
                Optional.empty(),
                path);
    }

    private static String imageOf(String container, PodTree pod, Problems problems) {
        Optional<String> image =
                pod.container(container).map(node -> node.path("image").asString(""));
        if (image.isEmpty()) {
            List<String> names = PodTree.namesOf(pod.allContainers());
            PodNames.unknown(Annotations.MIGRATIONS_FROM.key(), "container", container, names, problems);
        }
        return image.orElse("");
    }

    /**
     * In memory, because an emptyDir on the node's disk keeps the cluster autoscaler from removing the node, for as
     * long as the pod lives.
     */
    static ObjectNode memoryVolume(String name, String sizeLimit) {
        ObjectNode volume = JSON.objectNode().put("name", name);
        volume.putObject("emptyDir").put("medium", "Memory").put("sizeLimit", sizeLimit);
        return volume;
    }

    private static ObjectNode readOnly(String volume) {
        return JSON.objectNode().put("name", volume).put("mountPath", FOLDER).put("readOnly", true);
    }
}
