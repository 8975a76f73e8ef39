package dev.slipway.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Where the manifests lie that users apply. */
final class Manifests {
    /** {@code kubectl apply -k} of this one is the documented installation. */
    static final Path ROOT = Path.of(System.getProperty("slipway.root")).resolve("k8s");

    static final Path BASE = ROOT.resolve("base");
    static final Path EXAMPLES = ROOT.resolve("examples");
    static final Path JOBS = ROOT.resolve("jobs");
    static final Path QUICK_START = ROOT.resolve("quick-start");
    static final Path NETWORK = ROOT.resolve("network");

    /** The Helm chart. */
    static final Path CHART = ROOT.resolve("chart/slipway");

    /** The sample application's SQL, which the example's migrations image carries. */
    static final Path MIGRATIONS = ROOT.resolveSibling("migrations/sql");

    private Manifests() {}

    static Path overlay(String name) {
        return ROOT.resolve("overlays").resolve(name);
    }

    /** A file of this module's test resources. */
    static Path resource(String name) {
        return ROOT.resolveSibling("e2e/src/test/resources").resolve(name);
    }

    /** A copy that a test may change, and whose folder another one may refer to. */
    static Path copyTo(Path folder) {
        Path copy = folder.resolve("k8s");
        copyTree(ROOT, copy);
        return copy;
    }

    private static void copyTree(Path from, Path to) {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Files.copy(file, to.resolve(from.relativize(file).toString()));
            }
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** Every overlay, by name. */
    static List<String> overlays() throws IOException {
        try (var folders = Files.list(ROOT.resolve("overlays"))) {
            return folders.map(folder -> folder.getFileName().toString())
                    .sorted()
                    .toList();
        }
    }
}
