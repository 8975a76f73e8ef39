package dev.slipway.migrator.drizzle;

import dev.slipway.contract.Problems;
import dev.slipway.migrator.files.Layout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** A folder of Drizzle from 1.0 on: a folder for each migration, whose name begins with its time. */
final class MigrationFolders {
    private static final String EXPECTED =
            "expected 14 digits, a time such as 20260101120000, an underscore and a name";

    private final Path location;
    private final Problems problems;
    private final SqlFiles files;
    private final List<String> strays = new ArrayList<>();

    private MigrationFolders(Path location, Problems problems) {
        this.location = location;
        this.problems = problems;
        this.files = new SqlFiles(location, problems);
    }

    static DrizzleProject read(Path location, Problems problems, Problems warnings) {
        var reading = new MigrationFolders(location, problems);
        reading.children().forEach(reading::child);
        DrizzleProject.warnOfStrays(location, reading.strays, "in no folder of a migration", warnings);
        return DrizzleProject.of(Layout.DRIZZLE_FOLDERS, location, reading.files.read());
    }

    /** Sorted by code points, which for these names is the order of their times. */
    private List<String> children() {
        try (Stream<Path> children = Files.list(location)) {
            return children.map(child -> child.getFileName().toString())
                    .filter(name -> !name.startsWith("."))
                    .sorted()
                    .toList();
        } catch (IOException unreadable) {
            problems.add(location.toString(), "cannot be read: " + unreadable.getMessage());
            return List.of();
        }
    }

    private void child(String name) {
        Path path = location.resolve(name);
        if (!Files.isDirectory(path)) {
            if (name.toLowerCase(Locale.ROOT).endsWith(".sql")) {
                strays.add(name);
            }
            return;
        }
        migration(name, path);
    }

    private void migration(String name, Path path) {
        boolean hasSql = Files.isRegularFile(path.resolve(DrizzleProject.SQL_FILE));
        Optional<Long> createdAt = DrizzleTime.millis(name);
        if (!hasSql && createdAt.isPresent()) {
            problems.add(
                    path.toString(),
                    "has no " + DrizzleProject.SQL_FILE
                            + ", so that Drizzle passes over it; restore the file, or remove" + " the folder");
        } else if (hasSql && (createdAt.isEmpty() || !isSeparated(name))) {
            problems.add(path.toString(), "is misnamed: " + EXPECTED);
        } else if (hasSql) {
            String title = name.substring(DrizzleTime.DIGITS + 1);
            files.add(name + '/' + DrizzleProject.SQL_FILE, createdAt.orElseThrow(), title);
        }
    }

    private static boolean isSeparated(String name) {
        return name.length() > DrizzleTime.DIGITS + 1 && name.charAt(DrizzleTime.DIGITS) == '_';
    }
}
