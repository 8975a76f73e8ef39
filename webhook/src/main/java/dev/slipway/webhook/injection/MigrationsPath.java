package dev.slipway.webhook.injection;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** A folder inside a source of migrations. Written with or without a leading slash; both mean the source's root. */
final class MigrationsPath {
    /** A container runtime resolves these, and the path means another one than it shows. */
    static final Pattern NOT_PLAIN = Pattern.compile("(^|/)[.]{1,2}(/|$)|//");

    /** An address, a token or text of several lines is not a path. */
    private static final Pattern NO_PATH = Pattern.compile("[,:@\\p{Cntrl}]|[^/]{65}");

    private MigrationsPath() {}

    /** Absolute and without needless slashes; empty if the text leaves the source or would be read as two folders. */
    static Optional<String> parse(String text) {
        // The migrator's setting separates several folders by commas.
        if (text.isEmpty() || NO_PATH.matcher(text).find()) {
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

    /** Whether the path is the folder, or below it. */
    static boolean isInside(String path, String folder) {
        return folder.equals("/") || path.equals(folder) || path.startsWith(folder + "/");
    }
}
