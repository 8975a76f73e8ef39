package dev.slipway.e2e;

import dev.slipway.e2e.cluster.Images;
import dev.slipway.testkit.kubelet.LocalImage;
import dev.slipway.testkit.kubernetes.Kubectl;
import dev.slipway.testkit.kubernetes.KubernetesCluster;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The versions of an application's migrations. If a node is played they are images, as the examples have them; nodes
 * of a given cluster would find no such images, so there they are ConfigMaps.
 */
final class ShopMigrations {
    private static final String REPOSITORY = "registry.example.com/shop/migrations:";
    /** As the files have it, and as kustomize writes it, with its keys sorted. */
    private static final Pattern AS_IMAGE = Pattern.compile("image:\\s+(pullPolicy: IfNotPresent\\s+)?reference: "
            + Pattern.quote(Images.MIGRATIONS) + "(\\s+pullPolicy: IfNotPresent)?");

    private static final String UNDO = "-undo";

    private final boolean images;
    private final Map<String, Path> folders = new TreeMap<>();

    ShopMigrations(KubernetesCluster cluster) {
        images = cluster.own().isPresent();
        folders.put("1.0.0", Manifests.MIGRATIONS);
    }

    ShopMigrations with(String version, Path folder) {
        folders.put(version, folder);
        return this;
    }

    /** For the played node. */
    Map<String, LocalImage> images() {
        var all = new TreeMap<String, LocalImage>();
        folders.forEach((version, folder) ->
                all.put(REPOSITORY + version, LocalImage.of().withFiles("/migrations", folder)));
        return all;
    }

    /** For all others. */
    void publish(Kubectl kubectl, String namespace) {
        if (!images) {
            folders.forEach((version, folder) -> {
                create(kubectl, namespace, configMap(version), List.of("--from-file=" + folder));
                create(
                        kubectl,
                        namespace,
                        configMap(version) + UNDO,
                        undoScripts(version).stream()
                                .map(file -> "--from-file=" + folder.resolve("undo/" + file))
                                .toList());
            });
        }
    }

    private static void create(Kubectl kubectl, String namespace, String name, List<String> files) {
        var command = new ArrayList<>(List.of("create", "configmap", name, "--namespace=" + namespace));
        command.addAll(files);
        kubectl.run(command.toArray(String[]::new));
    }

    /** The value of {@code slipway.dev/migrations-from}. */
    String source(String version) {
        return images ? "image:" + REPOSITORY + version : "configmap:" + configMap(version);
    }

    /** A manifest of the examples with this version in the place of the first. */
    String in(String manifest, String version) {
        if (images) {
            return manifest.replace(Images.MIGRATIONS, REPOSITORY + version);
        }
        return AS_IMAGE.matcher(manifest.replace("image:" + Images.MIGRATIONS, source(version)))
                .replaceAll("projected: {sources: [{configMap: {name: " + configMap(version) + "}}, {configMap: {name: "
                        + configMap(version) + UNDO + ", items: [" + items(version) + "]}}]}")
                .replace("/slipway-source/migrations", "/slipway-source")
                .replaceAll("registry.example.com/shop/api:[0-9.]+", "registry.k8s.io/pause:3.10");
    }

    /** A ConfigMap has no folders, such as that of the undo scripts; the volume makes it. */
    private String items(String version) {
        return undoScripts(version).stream()
                .map(file -> "{key: " + file + ", path: undo/" + file + "}")
                .collect(Collectors.joining(", "));
    }

    private List<String> undoScripts(String version) {
        String[] files = folders.getOrDefault(version, Manifests.MIGRATIONS)
                .resolve("undo")
                .toFile()
                .list();
        return files == null ? List.of() : Stream.of(files).sorted().toList();
    }

    private static String configMap(String version) {
        return "shop-migrations-" + version.replaceAll("[^a-z0-9]", "-");
    }
}
