package dev.slipway.migrator.files;

import dev.slipway.contract.MissingLocations;
import dev.slipway.contract.Problems;
import dev.slipway.contract.Setting;
import dev.slipway.contract.Utf8;
import dev.slipway.migrator.files.MigrationFile.Kind;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads each entry of the locations and each script once. Flyway gets the result and reads no folder itself. An
 * instance is used once.
 */
final class FolderReader {
    private static final char UNDECODABLE = '\uFFFD';

    /** Large folders that contain no migrations. */
    private static final Set<String> VERSION_CONTROL = Set.of(".git", ".hg", ".svn");

    private final Naming naming;
    private final Problems inFiles = new Problems();
    private final FolderRefusals refusals = new FolderRefusals();
    private final List<MigrationFile> migrations = new ArrayList<>();
    private final List<MigrationFile> undos = new ArrayList<>();
    private final List<CallbackFile> callbacks = new ArrayList<>();
    private final Map<String, CallbackFile> callbackNames = new HashMap<>();
    /** The folders above the one being read, by their identity. */
    private final Deque<Object> above = new ArrayDeque<>();

    private int seen;

    FolderReader(Naming naming) {
        this.naming = naming;
    }

    /** A location without any script. */
    private record Absent(Path location, String what) {}

    void locations(List<Path> locations, MissingLocations missing, Problems problems, Problems warnings) {
        var absent = new ArrayList<Absent>();
        int present = 0;
        for (Path location : locations) {
            int before = seen;
            if (Files.isDirectory(location)) {
                within(identity(location), () -> folder(location, location, this::entry));
                if (seen == before) {
                    absent.add(new Absent(
                            location,
                            "has no " + String.join(" or ", naming.suffixes()) + " file in it; expected "
                                    + naming.expected()));
                } else {
                    present++;
                }
            } else if (Files.exists(location)) {
                absent.add(new Absent(location, "is a file; expected a folder with migrations (--migrations DIR)"));
            } else {
                absent.add(
                        new Absent(location, "does not exist; expected a folder with migrations (--migrations DIR)"));
            }
        }
        boolean ignored = missing == MissingLocations.IGNORE && present > 0;
        String wayOut =
                locations.size() > 1 ? ", or " + Setting.MISSING_LOCATIONS.flag() + " ignore if it may be missing" : "";
        for (Absent each : absent) {
            (ignored ? warnings : problems).add(each.location().toString(), each.what() + (ignored ? "" : wayOut));
        }
    }

    /** Reads a folder that may contain only undo scripts. */
    void undoFolder(Path location, Path folder) {
        within(
                identity(folder),
                () -> folder(location, folder, (below, path, name) -> {
                    ScriptName script = naming.read(name);
                    if (script instanceof ScriptName.Migration undo && undo.kind() == Kind.UNDO) {
                        migration(below, path, undo);
                    } else if (!(script instanceof ScriptName.Other)) {
                        refusals.add(
                                path,
                                "is no undo script; expected " + naming.prefix(Kind.UNDO) + "<version>"
                                        + naming.separator()
                                        + "<name>" + naming.suffixes().get(0)
                                        + ", with a version as 'slipway status' shows it");
                    }
                }));
    }

    /** What to do with a file that may be a script. */
    private interface OnFile {
        void accept(Path location, Path path, String name);
    }

    private void folder(Path location, Path folder, OnFile onFile) {
        var children = new ArrayList<Path>();
        try (DirectoryStream<Path> all = Files.newDirectoryStream(folder)) {
            all.forEach(children::add);
        } catch (IOException | DirectoryIteratorException unreadable) {
            seen++;
            refusals.add(folder, "is a folder that cannot be read: " + reason(unreadable));
        }
        Collections.sort(children);
        for (Path child : children) {
            String name = child.getFileName().toString();
            try {
                // Follows links, as Flyway does.
                var attributes = Files.readAttributes(child, BasicFileAttributes.class);
                if (attributes.isDirectory()) {
                    subFolder(location, child, name, attributes, onFile);
                } else if (attributes.isRegularFile()) {
                    onFile.accept(location, child, name);
                } else if (naming.looksLikeScript(name)) {
                    refuse(child, "is neither a file nor a folder, but a pipe, a socket or a device; remove it");
                }
            } catch (IOException broken) {
                broken(child, name, broken);
            }
        }
    }

    private void subFolder(Path location, Path folder, String name, BasicFileAttributes attributes, OnFile onFile) {
        Object identity = attributes.fileKey();
        if (identity != null && above.contains(identity)) {
            refuse(folder, "is a symbolic link to a folder that it lies in itself; remove it");
        } else if (naming.isScriptLikeFolder(name)) {
            refuse(folder, "is a folder, and named like a script; rename it");
        } else if (!name.startsWith(".")) {
            within(identity, () -> folder(location, folder, onFile));
        } else if (!VERSION_CONTROL.contains(name) && !isOfAMountedConfigMap(name)) {
            within(identity, () -> folder(location, folder, this::inHiddenFolder));
        }
    }

    private static @Nullable Object identity(Path folder) {
        try {
            return Files.readAttributes(folder, BasicFileAttributes.class).fileKey();
        } catch (IOException unreadable) {
            return null;
        }
    }

    private void within(@Nullable Object identity, Runnable reading) {
        above.push(identity == null ? this : identity);
        reading.run();
        above.pop();
    }

    /**
     * The kubelet keeps the files of a ConfigMap in {@code ..2026_11_21}, which {@code ..data} points to, and links to
     * them from above.
     */
    private static boolean isOfAMountedConfigMap(String folder) {
        return folder.startsWith("..");
    }

    private void inHiddenFolder(Path location, Path path, String name) {
        if (naming.isScript(name)) {
            refuse(
                    path,
                    "lies in a hidden folder, whose name begins with a dot, and so would never run; move it, or remove it");
        }
    }

    private void broken(Path path, String name, IOException why) {
        boolean maybeFolder = !name.startsWith(".") && naming.maybeFolder(name);
        if (!naming.looksLikeScript(name) && !maybeFolder) {
            return;
        }
        String what;
        try {
            what = "is a symbolic link to " + Files.readSymbolicLink(path)
                    + (why instanceof NoSuchFileException ? ", which is not there" : ": " + reason(why))
                    + "; mount what it leads to, or remove it";
        } catch (IOException | UnsupportedOperationException noLink) {
            what = "cannot be read: " + reason(why);
        }
        seen++;
        refusals.add(path, what, "is a symbolic link that leads nowhere; mount what it leads to, or remove it");
    }

    private static String reason(Exception failure) {
        boolean denied =
                failure instanceof AccessDeniedException || failure.getCause() instanceof AccessDeniedException;
        return denied ? "permission denied" : String.valueOf(failure.getMessage());
    }

    private void entry(Path location, Path path, String name) {
        ScriptName script = naming.read(name);
        if (script instanceof ScriptName.Other) {
            return;
        }
        seen++;
        if (name.indexOf(UNDECODABLE) >= 0) {
            refusals.add(
                    path,
                    "has a name that the locale of this process cannot express; start it with LC_ALL=C.UTF-8, or use"
                            + " ASCII letters");
        } else if (script instanceof ScriptName.Refused refused) {
            refusals.add(path, refused.reason(), refused.reasonOfMany());
        } else if (script instanceof ScriptName.Options) {
            ScriptOptions.check(path, inFiles);
        } else if (script instanceof ScriptName.Callback callback) {
            callback(location, path, callback);
        } else if (script instanceof ScriptName.Migration migration) {
            migration(location, path, migration);
        }
    }

    private void refuse(Path path, String reason) {
        seen++;
        refusals.add(path, reason);
    }

    private void callback(Path location, Path path, ScriptName.Callback name) {
        var file = new CallbackFile(name.event(), scriptName(location, path), path);
        CallbackFile first = callbackNames.putIfAbsent(name.name(), file);
        if (first != null) {
            refusals.add(path, "is a callback of the same name as " + first.path());
        } else if (bytes(path).isPresent()) {
            callbacks.add(file);
        }
    }

    private void migration(Path location, Path path, ScriptName.Migration name) {
        List<MigrationFile> kin = name.kind() == Kind.UNDO ? undos : migrations;
        bytes(path)
                .ifPresent(bytes -> kin.add(new MigrationFile(
                        name.kind(),
                        name.version(),
                        name.description(),
                        scriptName(location, path),
                        path,
                        Checksum.of(bytes),
                        containsPlaceholder(bytes),
                        ScriptHeader.read(bytes, name.kind(), path.toString(), inFiles))));
    }

    /** Empty if the file cannot be read, or is not text in UTF-8. */
    private Optional<byte[]> bytes(Path path) {
        try {
            byte[] bytes = MigrationFile.bytes(path);
            Optional<Utf8.BadByte> bad = Utf8.firstBadByte(bytes);
            bad.ifPresent(at -> refusals.add(
                    path,
                    "is not UTF-8: " + at + " belongs to no character; save it as UTF-8",
                    "is not UTF-8; save it as UTF-8"));
            return bad.isPresent() ? Optional.empty() : Optional.of(bytes);
        } catch (IOException unreadable) {
            refusals.add(path, "cannot be read: " + unreadable.getMessage(), "cannot be read");
            return Optional.empty();
        }
    }

    private static String scriptName(Path location, Path path) {
        // Most files are directly in the folder, and relativizing a path takes longer than reading such a file.
        Path below = location.equals(path.getParent()) ? path.getFileName() : location.relativize(path);
        return below.toString().replace('\\', '/');
    }

    private void refuseDuplicates(List<MigrationFile> files) {
        Map<Object, MigrationFile> seenFiles = new HashMap<>();
        for (MigrationFile file : files) {
            Object identity = file.version()
                    .<Object>map(version -> List.of(file.kind(), version))
                    .orElse(file.description());
            MigrationFile first = seenFiles.putIfAbsent(identity, file);
            if (first != null) {
                refusals.add(
                        file.path(),
                        "is " + file.label() + ", and so is " + first.path(),
                        "has the version or the name of another file, too");
            }
        }
    }

    MigrationFolder result(List<Path> locations, Problems problems) {
        refuseDuplicates(migrations);
        refuseDuplicates(undos);
        refusals.addTo(problems);
        inFiles.list().forEach(each -> problems.add(each.where(), each.what()));
        migrations.sort(FolderReader::inOrderOfApplication);
        undos.sort(FolderReader::inOrderOfApplication);
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
