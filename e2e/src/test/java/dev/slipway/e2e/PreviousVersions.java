package dev.slipway.e2e;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * What earlier versions left in clusters, kept as it was: {@code previous-versions/VERSION/pods} holds pods as their
 * webhook returned them, {@code workloads} holds what their documentation recommended. A release adds a folder, and
 * none is ever changed.
 */
final class PreviousVersions {
    private static final Path FOLDER = Manifests.resource("previous-versions");

    private PreviousVersions() {}

    static Stream<Path> pods() throws IOException {
        return files("pods");
    }

    static Stream<Path> workloads() throws IOException {
        return files("workloads");
    }

    static Pod read(Path file, String namespace) throws IOException {
        try (var content = Files.newInputStream(file)) {
            Pod pod = Serialization.unmarshal(content, Pod.class);
            // The token would be mounted into our containers too, and has another name each time.
            return pod.edit()
                    .editMetadata()
                    .withNamespace(namespace)
                    .endMetadata()
                    .editSpec()
                    .withAutomountServiceAccountToken(false)
                    .endSpec()
                    .build();
        }
    }

    private static Stream<Path> files(String kind) throws IOException {
        try (var versions = Files.list(FOLDER)) {
            var files = new ArrayList<Path>();
            for (Path version : versions.sorted().toList()) {
                files.addAll(filesOf(version.resolve(kind)));
            }
            return files.stream();
        }
    }

    private static List<Path> filesOf(Path folder) throws IOException {
        try (var files = Files.list(folder)) {
            return files.sorted().toList();
        }
    }
}
