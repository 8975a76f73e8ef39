package dev.slipway.testkit.files;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/** Copies and deletes folders with all that is in them. */
public final class Folders {
    private Folders() {}

    /** Does not follow links; a folder that is not there is fine. */
    public static void delete(Path folder) {
        if (!Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        try (Stream<Path> paths = Files.walk(folder)) {
            for (Path each : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(each);
            }
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /**
     * Copies a file, or a folder into a folder that may exist already; makes the folders above the target. Links are
     * followed.
     */
    public static void copy(Path source, Path target) {
        try (Stream<Path> paths = Files.walk(source)) {
            for (Path each : paths.toList()) {
                copyOne(each, target.resolve(source.relativize(each).toString()));
            }
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static void copyOne(Path source, Path target) throws IOException {
        if (Files.isDirectory(source)) {
            Files.createDirectories(target);
        } else {
            Files.createDirectories(parent(target));
            Files.copy(source, target);
        }
    }

    /** The folder that a file is in, also if its path has one element only. */
    public static Path parent(Path file) {
        return file.toAbsolutePath().resolveSibling("").normalize();
    }
}
