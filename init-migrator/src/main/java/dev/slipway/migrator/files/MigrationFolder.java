package dev.slipway.migrator.files;

import dev.slipway.contract.Problems;
import dev.slipway.contract.Setting;
import dev.slipway.contract.Settings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

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
    /** Below the migrations, so that one mount brings both; apart from them, as Flyway's naming check knows no U. */
    static final String UNDO_FOLDER = "undo";

    /** No folder at all. */
    public static final MigrationFolder EMPTY =
            new MigrationFolder(Layout.FLYWAY, List.of(), List.of(), List.of(), List.of());

    public MigrationFolder {
        locations = List.copyOf(locations);
        migrations = List.copyOf(migrations);
        undos = List.copyOf(undos);
        callbacks = List.copyOf(callbacks);
    }

    /** The script that undoes this version; empty if there is none here. */
    public Optional<MigrationFile> undoOf(MigrationVersion version) {
        return undos.stream()
                .filter(each -> each.version().equals(Optional.of(version)))
                .findFirst();
    }

    /**
     * Reads every location by Flyway's names, sub-folders included. Missing or empty folders, versions that occur
     * twice, bytes that are not UTF-8, and files that look like scripts but are not are all reported; the result is
     * then incomplete and must not be used.
     *
     * @param warnings what is left out because the settings say so
     */
    public static MigrationFolder read(Settings settings, Problems problems, Problems warnings) {
        var naming = Naming.of(settings);
        naming.check(problems);
        var reading = new FolderReader(naming);
        reading.locations(
                settings.get(Setting.MIGRATIONS), settings.get(Setting.MISSING_LOCATIONS), problems, warnings);
        return reading.result(settings.get(Setting.MIGRATIONS), problems);
    }

    /**
     * Reads the undo scripts in {@code undo/} of a location whose migrations have other names than Flyway's. Everything
     * else in that folder is reported.
     */
    public static List<MigrationFile> readUndos(Path location, Naming naming, Problems problems) {
        var reading = new FolderReader(naming);
        Path folder = location.resolve(UNDO_FOLDER);
        if (Files.isDirectory(folder)) {
            reading.undoFolder(location, folder);
        }
        return reading.result(List.of(location), problems).undos();
    }

    /** Whether callbacks may still have to be called when every migration is applied. */
    public boolean hasCallbacksAtTheEnd() {
        return callbacks.stream().anyMatch(CallbackFile::isAtTheEnd);
    }
}
