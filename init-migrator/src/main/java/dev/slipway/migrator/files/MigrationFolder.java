package dev.slipway.migrator.files;

import dev.slipway.contract.Problems;
import dev.slipway.contract.Utf8;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * All migrations of one or several locations, read once. Immutable.
 *
 * @param locations the folders they come from
 * @param migrations versioned and repeatable ones and baselines, in the order in which they are applied
 * @param undos undo scripts, in the order of their versions
 * @param callbacks scripts that Flyway's events call
 */
public record MigrationFolder(
        Layout layout,
        List<Path> locations,
        List<MigrationFile> migrations,
        List<MigrationFile> undos,
        List<CallbackFile> callbacks) {
    private static final String UNDO_FOLDER = "undo";

    /** No folder at all. */
    public static final MigrationFolder EMPTY =
            new MigrationFolder(Layout.FLYWAY, List.of(), List.of(), List.of(), List.of());

    public MigrationFolder {
        locations = List.copyOf(locations);
        migrations = List.copyOf(migrations);
        undos = List.copyOf(undos);
        callbacks = List.copyOf(callbacks);
    }

    /** The script that undoes this version; empty where there is none here. */
    public Optional<MigrationFile> undoOf(Version version) {
        return undos.stream()
                .filter(each -> each.version().equals(Optional.of(version)))
                .findFirst();
    }

    /**
     * Reads every location by Flyway's names, sub-folders included. Missing or empty folders, misnamed files, versions that occur twice and
     * bytes that are not UTF-8 are all reported; the result then is incomplete and must not be used.
     */
    public static MigrationFolder read(List<Path> locations, Problems problems) {
        var reading = new Reading(problems);
        locations.forEach(reading::location);
        reading.refuseDuplicates();
        return reading.result(locations);
    }

    /**
     * Reads the undo scripts in {@code undo/} of a location whose migrations have other names than Flyway's. Whatever else
     * is there is reported.
     */
    public static List<MigrationFile> readUndos(Path location, Problems problems) {
        var reading = new Reading(problems);
        Path folder = location.resolve(UNDO_FOLDER);
        if (Files.isDirectory(folder)) {
            reading.undoFolder(location, folder);
            reading.refuseDuplicates();
        }
        return reading.result(List.of(location)).undos();
    }

    /** Whether this is the name of a migration in a Flyway folder; that of one in a Drizzle folder never is. */
    public static boolean isNamedLikeFlyways(String script) {
        return ScriptName.parse(script.substring(script.lastIndexOf('/') + 1)) instanceof ScriptName.Migration;
    }

    /** Whether callbacks may be owed when every migration is applied. */
    public boolean hasCallbacksAtTheEnd() {
        return callbacks.stream().anyMatch(CallbackFile::isAtTheEnd);
    }

    /** What has been found so far in the locations. */
    private static final class Reading {
        private static final char UNDECODABLE = '\uFFFD';

        private final Problems problems;
        private final List<MigrationFile> migrations = new ArrayList<>();
        private final List<MigrationFile> undos = new ArrayList<>();
        private final List<CallbackFile> callbacks = new ArrayList<>();

        Reading(Problems problems) {
            this.problems = problems;
        }

        void location(Path location) {
            if (!Files.isDirectory(location)) {
                String found = Files.exists(location) ? "is a file" : "does not exist";
                problems.add(location.toString(), found + "; expected a folder with migrations (--migrations DIR)");
                return;
            }
            List<Path> files = filesBelow(location);
            if (files.stream().noneMatch(file -> file.toString().endsWith(ScriptName.SUFFIX))) {
                problems.add(location.toString(), "has no .sql file in it; expected " + ScriptName.EXPECTED);
            }
            for (Path file : files) {
                if (file.toString().endsWith(ScriptOptions.SUFFIX)) {
                    ScriptOptions.check(file, problems);
                } else {
                    script(location, file);
                }
            }
        }

        void undoFolder(Path location, Path folder) {
            for (Path file : filesBelow(folder)) {
                ScriptName name = ScriptName.parse(file.getFileName().toString());
                if (name instanceof ScriptName.Migration undo && undo.kind() == MigrationFile.Kind.UNDO) {
                    migration(location, file, undo);
                } else {
                    problems.add(
                            file.toString(),
                            "is no undo script; expected U<version>__<name>.sql, with a version as 'slipway status' shows it");
                }
            }
        }

        private List<Path> filesBelow(Path location) {
            try (Stream<Path> all =
                    Files.find(location, Integer.MAX_VALUE, Reading::isOurs, FileVisitOption.FOLLOW_LINKS)) {
                return all.sorted().toList();
            } catch (IOException | UncheckedIOException unreadable) {
                problems.add(location.toString(), "cannot be read: " + unreadable.getMessage());
                return List.of();
            }
        }

        private static boolean isOurs(Path path, BasicFileAttributes attributes) {
            String name = path.getFileName().toString();
            boolean ours = name.endsWith(ScriptName.SUFFIX) || name.endsWith(ScriptOptions.SUFFIX);
            return ours && attributes.isRegularFile() && !isBelowDotFolder(path);
        }

        /** A mounted ConfigMap keeps its files a second time below {@code ..data}. */
        private static boolean isBelowDotFolder(Path path) {
            if (!path.toString().contains("..")) {
                return false;
            }
            for (Path part : path) {
                if (part.toString().startsWith("..") && part.toString().length() > 2) {
                    return true;
                }
            }
            return false;
        }

        private void script(Path location, Path path) {
            ScriptName name = ScriptName.parse(path.getFileName().toString());
            if (path.getFileName().toString().indexOf(UNDECODABLE) >= 0) {
                problems.add(
                        path.toString(),
                        "has a name that the locale of this process cannot express; start it with LC_ALL=C.UTF-8, or use"
                                + " ASCII letters");
            } else if (name instanceof ScriptName.Misnamed misnamed) {
                problems.add(
                        path.toString(), "is misnamed: " + misnamed.reason() + "; expected " + ScriptName.EXPECTED);
            } else if (name instanceof ScriptName.Callback callback) {
                bytes(path)
                        .ifPresent(read ->
                                callbacks.add(new CallbackFile(callback.event(), scriptName(location, path), path)));
            } else if (name instanceof ScriptName.Migration migration) {
                migration(location, path, migration);
            }
        }

        private void migration(Path location, Path path, ScriptName.Migration name) {
            List<MigrationFile> kin = name.kind() == MigrationFile.Kind.UNDO ? undos : migrations;
            bytes(path)
                    .ifPresent(bytes -> kin.add(new MigrationFile(
                            name.kind(),
                            name.version(),
                            name.description(),
                            scriptName(location, path),
                            path,
                            Checksum.of(bytes),
                            containsPlaceholder(bytes),
                            ScriptHeader.read(bytes, name.kind(), path.toString(), problems))));
        }

        /** Empty where the file cannot be read, or is not text in UTF-8. */
        private Optional<byte[]> bytes(Path path) {
            // Not by Files, which reads through a channel: for thousands of small files, by code that is not compiled
            // yet, that takes twice as long.
            try (var file = new FileInputStream(path.toFile())) {
                byte[] bytes = file.readAllBytes();
                Optional<Utf8.BadByte> bad = Utf8.firstBadByte(bytes);
                bad.ifPresent(at -> problems.add(
                        path.toString(), "is not UTF-8: " + at + " belongs to no character; save it as UTF-8"));
                return bad.isPresent() ? Optional.empty() : Optional.of(bytes);
            } catch (IOException unreadable) {
                problems.add(path.toString(), "cannot be read: " + unreadable.getMessage());
                return Optional.empty();
            }
        }

        private static String scriptName(Path location, Path path) {
            // Most are right in the folder, and to relativize takes longer than to read such a file.
            Path below = location.equals(path.getParent()) ? path.getFileName() : location.relativize(path);
            return below.toString().replace('\\', '/');
        }

        void refuseDuplicates() {
            refuseDuplicates(migrations);
            refuseDuplicates(undos);
        }

        private void refuseDuplicates(List<MigrationFile> files) {
            Map<Object, MigrationFile> seen = new HashMap<>();
            for (MigrationFile file : files) {
                Object identity = file.version()
                        .<Object>map(version -> List.of(file.kind(), version))
                        .orElse(file.description());
                MigrationFile first = seen.putIfAbsent(identity, file);
                if (first != null) {
                    problems.add(file.path().toString(), "is " + file.label() + ", and so is " + first.path());
                }
            }
        }

        MigrationFolder result(List<Path> locations) {
            migrations.sort(Reading::inOrderOfApplication);
            undos.sort(Reading::inOrderOfApplication);
            return new MigrationFolder(Layout.FLYWAY, locations, migrations, undos, callbacks);
        }

        private static int inOrderOfApplication(MigrationFile left, MigrationFile right) {
            if (left.version().isPresent() != right.version().isPresent()) {
                return left.version().isPresent() ? -1 : 1;
            }
            int order = left.version().isPresent()
                    ? left.version().get().compareTo(right.version().orElseThrow())
                    : left.description().compareTo(right.description());
            return order != 0 ? order : left.kind().compareTo(right.kind());
        }

        private static boolean containsPlaceholder(byte[] bytes) {
            for (int index = 0; index + 1 < bytes.length; index++) {
                if (bytes[index] == '$' && bytes[index + 1] == '{') {
                    return true;
                }
            }
            return false;
        }
    }
}
