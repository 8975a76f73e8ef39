package dev.slipway.migrator.drizzle;

import dev.slipway.contract.MigrationsFormat;
import dev.slipway.contract.Problems;
import dev.slipway.contract.Setting;
import dev.slipway.contract.Settings;
import dev.slipway.migrator.files.Layout;
import dev.slipway.migrator.files.MigrationFile;
import dev.slipway.migrator.files.MigrationFolder;
import dev.slipway.migrator.files.Naming;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * A folder that drizzle-kit wrote. Immutable.
 *
 * @param folder the folder in the common model
 * @param migrations in the order in which they are applied
 */
public record DrizzleProject(MigrationFolder folder, List<DrizzleMigration> migrations) {
    /** The SQL file in the folder of a migration, from Drizzle 1.0 on. */
    static final String SQL_FILE = "migration.sql";

    private static final String SNAPSHOT = "snapshot.json";
    private static final String META = "meta";

    public DrizzleProject {
        migrations = List.copyOf(migrations);
    }

    static DrizzleProject of(Layout layout, Path location, List<DrizzleMigration> migrations) {
        return new DrizzleProject(
                new MigrationFolder(
                        layout,
                        List.of(location),
                        migrations.stream().map(DrizzleMigration::file).toList(),
                        List.of(),
                        List.of()),
                migrations);
    }

    /** Warns about files that Drizzle never runs: it ignores them, but the author may have expected them to run. */
    static void warnOfStrays(Path location, List<String> names, String why, Problems warnings) {
        if (!names.isEmpty()) {
            warnings.add(
                    location.resolve(names.get(0)).toString(),
                    (names.size() == 1 ? "is" : "and " + (names.size() - 1) + " more are")
                            + " passed over, as Drizzle does: " + why
                            + "; add it with 'drizzle-kit generate --custom', or take it out of the folder");
        }
    }

    /** Whether the migrations are a Drizzle folder, by the settings or by what is there. */
    public static boolean isMeant(Settings settings) {
        MigrationsFormat format = settings.get(Setting.MIGRATIONS_FORMAT);
        return format == MigrationsFormat.DRIZZLE
                || (format == MigrationsFormat.AUTO
                        && settings.get(Setting.MIGRATIONS).stream().anyMatch(DrizzleProject::isAt));
    }

    /** Whether drizzle-kit wrote this folder, judging by its names alone. */
    public static boolean isAt(Path location) {
        return Files.exists(location.resolve(Journal.PATH)) || hasSnapshots(location) || hasMigrationFolders(location);
    }

    /** Detects a folder whose journal is lost. */
    private static boolean hasSnapshots(Path location) {
        try (Stream<Path> children = Files.list(location.resolve(META))) {
            return children.anyMatch(child -> child.getFileName().toString().endsWith("_snapshot.json"));
        } catch (IOException noSuchFolder) {
            return false;
        }
    }

    /**
     * Reads a Drizzle folder of either kind. All damage is reported; the result is then incomplete and must not be
     * used.
     *
     * @param naming of undo scripts
     * @param warnings files that Drizzle silently ignores, and so does the run
     */
    public static DrizzleProject read(List<Path> locations, Naming naming, Problems problems, Problems warnings) {
        Path location = locations.get(0);
        if (locations.size() > 1) {
            problems.add(
                    locations.get(1).toString(),
                    "is a second folder; expected one, as a Drizzle project has a single folder of migrations");
        }
        if (!Files.isDirectory(location)) {
            String found = Files.exists(location) ? "is a file" : "does not exist";
            problems.add(location.toString(), found + "; expected a folder that drizzle-kit wrote (--migrations DIR)");
            return of(Layout.DRIZZLE_FOLDERS, location, List.of());
        }
        return readFolder(location, naming, problems, warnings);
    }

    private static DrizzleProject readFolder(Path location, Naming naming, Problems problems, Problems warnings) {
        boolean journal = Files.exists(location.resolve(Journal.PATH));
        boolean folders = hasMigrationFolders(location);
        if (journal && folders) {
            problems.add(
                    location.toString(),
                    "has " + Journal.PATH + " and folders with " + SQL_FILE
                            + ", so that each Drizzle sees another half; expected one of the two: finish 'drizzle-kit up'");
        } else if (!journal && !folders) {
            problems.add(
                    location.toString(),
                    "has no " + Journal.PATH + " (Drizzle up to 0.x) and no folder such as 20260101120000_name/"
                            + SQL_FILE + " (Drizzle from 1.0 on); expected one of the two, as drizzle-kit writes them");
            return of(Layout.DRIZZLE_FOLDERS, location, List.of());
        }
        DrizzleProject project = journal
                ? JournalFolder.read(location, problems, warnings)
                : MigrationFolders.read(location, problems, warnings);
        return project.withUndos(MigrationFolder.readUndos(location, naming, problems), problems);
    }

    /** Adds undo scripts, which Drizzle does not have; it ignores a folder of this name. */
    private DrizzleProject withUndos(List<MigrationFile> undos, Problems problems) {
        for (MigrationFile undo : undos) {
            if (migrations.stream().noneMatch(each -> each.file().version().equals(undo.version()))) {
                problems.add(
                        undo.path().toString(),
                        "undoes version " + undo.version().map(Object::toString).orElse("")
                                + ", but the folder has no migration of this version; expected one that"
                                + " 'slipway status' shows");
            }
        }
        return new DrizzleProject(
                new MigrationFolder(
                        folder.layout(), folder.locations(), folder.migrations(), undos, folder.callbacks()),
                migrations);
    }

    private static boolean hasMigrationFolders(Path location) {
        try (Stream<Path> children = Files.list(location)) {
            return children.anyMatch(DrizzleProject::isMigrationFolder);
        } catch (IOException unreadable) {
            return false;
        }
    }

    /**
     * Skips names like those in a Flyway folder: there may be thousands, and checking whether each is a folder takes as
     * long as reading it. drizzle-kit's folders begin with a digit.
     */
    private static boolean isNamedLikeAFile(String name) {
        return name.endsWith(".sql") && Character.isLetter(name.charAt(0));
    }

    /** A folder without SQL counts too, if its name and snapshot identify it; it is reported later. */
    private static boolean isMigrationFolder(Path child) {
        String name = child.getFileName().toString();
        return !name.startsWith(".")
                && !isNamedLikeAFile(name)
                && Files.isDirectory(child)
                && (Files.exists(child.resolve(SQL_FILE)) || Files.exists(child.resolve(SNAPSHOT)));
    }
}
