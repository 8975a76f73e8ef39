package dev.slipway.webhook.admission;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/** The pods of {@code admission-cases}, as they come in and, if they are not refused, as they leave. */
final class GoldenPods {
    private static final Path CASES = Path.of("src/test/resources/admission-cases");
    /** So long that a fuzzer would spend its time on reading it. */
    private static final String HUGE = "two-hundred-containers";

    private GoldenPods() {}

    static List<JsonNode> all() {
        return List.copyOf(byName().values());
    }

    /** By case; injected ones have {@code -injected} after it. */
    static Map<String, JsonNode> byName() {
        var pods = new LinkedHashMap<String, JsonNode>();
        for (Path folder : folders()) {
            put(pods, folder.getFileName().toString(), folder.resolve("pod.yaml"));
            put(pods, folder.getFileName() + "-injected", folder.resolve("expected-pod.yaml"));
        }
        return pods;
    }

    private static void put(Map<String, JsonNode> pods, String name, Path file) {
        try {
            if (Files.exists(file)) {
                pods.put(name, Reviews.yaml(Files.readString(file)));
            }
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    private static List<Path> folders() {
        try (Stream<Path> folders = Files.list(CASES)) {
            return folders.filter(folder -> !folder.endsWith(HUGE)).sorted().toList();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }
}
