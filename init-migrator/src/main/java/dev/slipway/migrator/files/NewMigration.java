package dev.slipway.migrator.files;

import dev.slipway.contract.Problems;
import dev.slipway.contract.Setting;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * {@code slipway new}: a migration and the script that undoes it, both still empty. Its version is the next number in a
 * folder of numbers; otherwise it is the time, so that two branches seldom take the same one.
 *
 * @param migration the file of the migration
 * @param undo the file of its undo script
 */
public record NewMigration(Path migration, Path undo) {
    private static final DateTimeFormatter TIMESTAMP = DateTimeFormatter.ofPattern("yyyyMMddHHmmss", Locale.ROOT);

    /** How far in the future a new version may be, to stay above a version from a clock that is ahead. */
    private static final Duration AHEAD = Duration.ofHours(1);

    private static final int LONGEST_DESCRIPTION = 100;

    /** A version with more digits is a date, such as 20260101, or a time. */
    private static final int LONGEST_NUMBER = 7;

    private static final String MIGRATION = """
            -- Applied once, in one transaction with its history row. %s undoes it.

            """;

    private static final String UNDO = """
            -- Undoes %s: removes what it adds, and brings back what it removes.
            -- Write it before the migration is applied, as its text is kept in the database from then on. A script without any
            -- statement counts as not written yet.

            """;

    /**
     * Writes both files, and never overwrites anything.
     *
     * @param locations exactly one folder that exists
     * @param naming how the files of the folder are named
     * @param description words, separated by characters other than letters and digits
     * @param now in UTC
     * @return empty if problems were reported; nothing has been written then
     */
    public static Optional<NewMigration> write(
            List<Path> locations, Naming naming, String description, LocalDateTime now, Problems problems) {
        String words = description.strip().replaceAll("[^\\p{L}\\p{N}]+", "_").replaceAll("^_+|_+$", "");
        if (words.isEmpty() || words.length() > LONGEST_DESCRIPTION) {
            problems.add(
                    "the description",
                    "has " + words.length() + " letters and digits; expected 1 to " + LONGEST_DESCRIPTION
                            + ", as in \"add orders table\"");
        }
        if (locations.size() != 1 || !Files.isDirectory(locations.get(0))) {
            problems.add(
                    Setting.MIGRATIONS.flag(),
                    locations.size() == 1
                            ? locations.get(0) + " is no folder; expected the folder with the migrations"
                            : "names several folders; expected the one to write into");
        }
        return problems.isEmpty() ? write(locations.get(0), naming, words, now, problems) : Optional.empty();
    }

    private static Optional<NewMigration> write(
            Path folder, Naming naming, String words, LocalDateTime now, Problems problems) {
        try {
            Optional<MigrationVersion> newest = newest(folder, naming);
            Optional<String> next = newest.flatMap(NewMigration::nextNumber);
            if (next.isPresent()) {
                Optional<NewMigration> written = writeBoth(folder, naming, name(next.get(), words, naming));
                if (written.isEmpty()) {
                    problems.add(
                            folder.toString(),
                            "got version " + next.get() + " from another program at the same time; start again");
                }
                return written;
            }
            for (LocalDateTime time = now; !time.isAfter(now.plus(AHEAD)); time = time.plusSeconds(1)) {
                String version = TIMESTAMP.format(time);
                if (newest.isPresent()
                        && newest.get()
                                        .compareTo(
                                                MigrationVersion.parse(version).orElseThrow())
                                >= 0) {
                    continue;
                }
                Optional<NewMigration> written = writeBoth(folder, naming, name(version, words, naming));
                if (written.isPresent()) {
                    return written;
                }
            }
            problems.add(
                    folder.toString(),
                    "has version " + newest.map(MigrationVersion::toString).orElse("?") + ", which is above the time, "
                            + TIMESTAMP.format(now) + "; name the file by hand, with a version above that one");
        } catch (IOException | UncheckedIOException failed) {
            problems.add(folder.toString(), "cannot be written: " + failed.getMessage());
        }
        return Optional.empty();
    }

    /** The version after this one, as wide as it; empty if that one is a date or a time. */
    private static Optional<String> nextNumber(MigrationVersion newest) {
        String text = newest.toString();
        int last = text.lastIndexOf('.') + 1;
        String number = text.substring(last);
        if (number.length() > LONGEST_NUMBER) {
            return Optional.empty();
        }
        int next = Integer.parseInt(number) + 1;
        return Optional.of(text.substring(0, last) + String.format(Locale.ROOT, "%0" + number.length() + "d", next));
    }

    private static String name(String version, String words, Naming naming) {
        return version + naming.separator() + words + naming.suffixes().get(0);
    }

    /** Empty if one of the names already exists. */
    private static Optional<NewMigration> writeBoth(Path folder, Naming naming, String name) throws IOException {
        Path migration = folder.resolve(naming.versioned() + name);
        Path undo = Files.createDirectories(folder.resolve(MigrationFolder.UNDO_FOLDER))
                .resolve(naming.undo() + name);
        if (!writeNew(undo, UNDO.formatted(migration.getFileName()))) {
            return Optional.empty();
        }
        if (!writeNew(migration, MIGRATION.formatted(MigrationFolder.UNDO_FOLDER + '/' + undo.getFileName()))) {
            Files.delete(undo);
            return Optional.empty();
        }
        return Optional.of(new NewMigration(migration, undo));
    }

    private static boolean writeNew(Path file, String text) throws IOException {
        try {
            Files.writeString(file, text, StandardOpenOption.CREATE_NEW);
            return true;
        } catch (FileAlreadyExistsException taken) {
            return false;
        }
    }

    private static Optional<MigrationVersion> newest(Path folder, Naming naming) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            return all.map(path -> path.getFileName().toString())
                    .map(naming::read)
                    .flatMap(name -> name instanceof ScriptName.Migration migration
                            ? migration.version().stream()
                            : Stream.empty())
                    .max(Comparator.naturalOrder());
        }
    }
}
