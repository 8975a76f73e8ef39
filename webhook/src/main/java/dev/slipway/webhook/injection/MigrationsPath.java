package dev.slipway.webhook.injection;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** A folder inside a source of migrations. Written with or without a leading slash; both mean the source's root. */
final class MigrationsPath {
    private MigrationsPath() {}

    /** Absolute and without needless slashes; empty where the text leaves the source or would be read as two folders. */
    static Optional<String> parse(String text) {
        // The migrator's setting separates several folders by commas.
        if (text.isEmpty() || text.indexOf(',') >= 0 || text.indexOf('\0') >= 0) {
            return Optional.empty();
        }
        List<String> segments = Arrays.stream(text.split("/", -1))
                .filter(segment -> !segment.isEmpty() && !segment.equals("."))
                .toList();
        return segments.contains("..") ? Optional.empty() : Optional.of("/" + String.join("/", segments));
    }

    /** The folder as the migrator sees it when the source's root is mounted at {@code mountPath}. */
    static String below(String mountPath, String path) {
        return path.equals("/") ? mountPath : mountPath + path;
    }
}
