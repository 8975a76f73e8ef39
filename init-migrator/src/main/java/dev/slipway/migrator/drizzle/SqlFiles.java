package dev.slipway.migrator.drizzle;

import dev.slipway.contract.Problems;
import dev.slipway.contract.Utf8;
import dev.slipway.migrator.files.Checksum;
import dev.slipway.migrator.files.MigrationFile;
import dev.slipway.migrator.files.MigrationFile.Kind;
import dev.slipway.migrator.files.MigrationVersion;
import dev.slipway.migrator.files.ScriptHeader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads the files of a Drizzle folder, in their order, and gives them increasing versions. Used once. */
final class SqlFiles {
    private final Path location;
    private final Problems problems;
    private final List<DrizzleMigration> migrations = new ArrayList<>();
    private String lastDigits = "";
    private int afterLast;

    SqlFiles(Path location, Problems problems) {
        this.location = location;
        this.problems = problems;
    }

    List<DrizzleMigration> read() {
        return migrations;
    }

    /**
     * @param script the path below the location
     * @param createdAt milliseconds since 1970
     * @param title what the file is about, with underscores
     */
    void add(String script, long createdAt, String title) {
        Path path = location.resolve(script);
        try {
            byte[] bytes = Files.readAllBytes(path);
            Optional<Utf8.BadByte> badByte = Utf8.firstBadByte(bytes);
            if (badByte.isPresent()) {
                problems.add(
                        path.toString(),
                        "is not UTF-8: " + badByte.get() + " belongs to no character; save it as UTF-8");
                return;
            }
            migrations.add(migration(script, path, createdAt, title, bytes));
        } catch (IOException unreadable) {
            problems.add(path.toString(), "cannot be read: " + unreadable.getMessage());
        }
    }

    private DrizzleMigration migration(String script, Path path, long createdAt, String title, byte[] bytes) {
        var file = new MigrationFile(
                Kind.VERSIONED,
                MigrationVersion.parse(nextVersion(DrizzleTime.digits(createdAt))),
                title.replace('_', ' '),
                script,
                path,
                Checksum.of(bytes),
                false,
                ScriptHeader.NONE);
        return DrizzleMigration.of(file, createdAt, DrizzleTime.digits(createdAt) + '_' + title, bytes);
    }

    /** The digits; if a file is not newer than the previous one, the digits of that one with a counter. */
    private String nextVersion(String digits) {
        if (digits.compareTo(lastDigits) > 0) {
            lastDigits = digits;
            afterLast = 0;
            return digits;
        }
        afterLast++;
        return lastDigits + '.' + afterLast;
    }
}
