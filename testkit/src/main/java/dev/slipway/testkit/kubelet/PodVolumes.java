package dev.slipway.testkit.kubelet;

import dev.slipway.testkit.files.Folders;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/**
 * The volumes of one pod as folders of this machine. Only those that a container mounts are made; Secrets and
 * ConfigMaps are read again at each start of a container, an emptyDir keeps what was written to it.
 */
final class PodVolumes {
    private final Path folder;
    private final ClusterObjects objects;
    private final Map<String, LocalImage> images;
    private final JsonNode pod;
    private final VolumeSources sources;
    private final OptionalInt fsGroup;
    private final Map<String, AtomicFolder> atomic = new HashMap<>();

    PodVolumes(Path folder, ClusterObjects objects, Map<String, LocalImage> images, JsonNode pod) {
        this.folder = folder;
        this.objects = objects;
        this.images = images;
        this.pod = pod;
        this.sources = new VolumeSources(objects, pod);
        JsonNode group = pod.path("spec").path("securityContext").path("fsGroup");
        this.fsGroup = group.isInt() ? OptionalInt.of(group.asInt()) : OptionalInt.empty();
    }

    /** Makes or refreshes what a mount of a container needs. */
    Mount mount(JsonNode volumeMount, Map<String, String> env) {
        JsonNode volume = volumeNamed(volumeMount.path("name").asString());
        try {
            Path source = source(volume);
            String subPath = volumeMount.has("subPathExpr")
                    ? VariableExpansion.expand(volumeMount.path("subPathExpr").asString(), env)
                    : volumeMount.path("subPath").asString("");
            return new Mount(
                    subPath(source, subPath),
                    volumeMount.path("mountPath").asString(),
                    volumeMount.path("readOnly").asBoolean(false) || isReadOnlyKind(volume));
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private Path source(JsonNode volume) throws IOException {
        String name = volume.path("name").asString();
        if (volume.has("secret")) {
            return write(name, sources.secret(volume.path("secret")));
        }
        if (volume.has("configMap")) {
            return write(name, sources.configMap(volume.path("configMap")));
        }
        if (volume.has("downwardAPI")) {
            return write(name, sources.downwardApi(volume.path("downwardAPI")));
        }
        if (volume.has("projected")) {
            return write(name, sources.projected(volume.path("projected")));
        }
        if (volume.has("emptyDir")) {
            return emptyDir(folder.resolve(name));
        }
        if (volume.has("image")) {
            return image(
                    folder.resolve(name), volume.path("image").path("reference").asString());
        }
        if (volume.has("persistentVolumeClaim")) {
            return claim(volume.path("persistentVolumeClaim").path("claimName").asString());
        }
        throw ContainerConfigException.mount("volume " + name + " is of a kind that is not played: " + volume);
    }

    private Path write(String name, Map<String, VolumeFile> files) throws IOException {
        Path target = folder.resolve(name);
        atomic.computeIfAbsent(name, ignored -> new AtomicFolder(target, fsGroup))
                .write(files);
        return target;
    }

    private Path emptyDir(Path target) throws IOException {
        if (!Files.exists(target)) {
            Files.createDirectories(target);
            FileModes.chmod(target, 0777);
            FileModes.chgrp(target, fsGroup);
        }
        return target;
    }

    /** A copy: an image's content does not change when the source tree does. */
    private Path image(Path target, String reference) throws IOException {
        LocalImage image = images.get(reference);
        if (image == null) {
            throw ContainerConfigException.image(reference);
        }
        if (!Files.exists(target)) {
            Files.createDirectories(target);
            for (Map.Entry<String, Path> each : image.files().entrySet()) {
                Folders.copy(each.getValue(), target.resolve(each.getKey().replaceFirst("^/+", "")));
            }
        }
        return target;
    }

    private Path claim(String name) {
        Optional<Path> claim = objects.persistentVolumeClaim(PodFields.namespace(pod), name);
        return claim.orElseThrow(
                () -> ContainerConfigException.mount("persistentvolumeclaim \"" + name + "\" not found"));
    }

    private static Path subPath(Path source, String subPath) throws IOException {
        Path target = source.resolve(subPath).normalize();
        if (!target.startsWith(source)) {
            throw ContainerConfigException.config("subPath '" + subPath + "' leads out of its volume");
        }
        if (!Files.exists(target)) {
            Files.createDirectories(target);
        }
        return target;
    }

    private static boolean isReadOnlyKind(JsonNode volume) {
        return Stream.of("secret", "configMap", "downwardAPI", "projected", "image")
                .anyMatch(volume::has);
    }

    private JsonNode volumeNamed(String name) {
        for (JsonNode volume : pod.path("spec").path("volumes")) {
            if (volume.path("name").asString().equals(name)) {
                return volume;
            }
        }
        throw ContainerConfigException.mount("the pod has no volume '" + name + "'");
    }
}
