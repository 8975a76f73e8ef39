package dev.slipway.migrator.files;

import java.io.FileInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * One migration script in a folder.
 *
 * @param kind the kind that its name says
 * @param version empty for repeatable migrations
 * @param description with spaces and at most 200 characters long, as the history shows it
 * @param script the path below its location, with slashes: Flyway's name for it in the history
 * @param path where it lies
 * @param checksum Flyway's CRC32 of its lines
 * @param hasPlaceholder whether it contains <code>${</code>: then Flyway's checksum of a repeatable migration covers
 * the replaced text, so only Flyway can compute it
 * @param header the instructions for Slipway in its first comments
 */
public record MigrationFile(
        Kind kind,
        Optional<MigrationVersion> version,
        String description,
        String script,
        Path path,
        int checksum,
        boolean hasPlaceholder,
        ScriptHeader header) {
    /**
     * The width of the column in the history. Flyway shortens longer descriptions, and so do we, because both must use
     * the same one.
     */
    private static final int LONGEST_DESCRIPTION = 200;

    private static final String CUT = "...";

    public MigrationFile {
        if (description.length() > LONGEST_DESCRIPTION) {
            description = description.substring(0, LONGEST_DESCRIPTION - CUT.length()) + CUT;
        }
    }

    /** What the prefix of a script's name means. */
    public enum Kind {
        VERSIONED,
        REPEATABLE,
        /** A script that replaces all versions up to its own on an empty database. */
        BASELINE,
        UNDO
    }

    /**
     * Its bytes: the same that the checksum and the header are from.
     *
     * @throws IOException if it cannot be read, or is no longer what the folder held when it was read
     */
    public byte[] read() throws IOException {
        byte[] bytes = bytes(path);
        if (Checksum.of(bytes) != checksum) {
            throw new IOException("it changed after the folder was read; start again when all files are in place");
        }
        return bytes;
    }

    /**
     * Not through Files, which uses a channel: for thousands of small files, in code that is not compiled yet, that takes
     * twice as long.
     */
    static byte[] bytes(Path path) throws IOException {
        try (var file = new FileInputStream(path.toFile())) {
            return file.readAllBytes();
        }
    }

    /** Whether it removes something that older versions of the application use. */
    public boolean isContract() {
        return header.contract();
    }

    /** As people refer to it: "version 1.2 (add orders)" or "repeatable 'views'". */
    public String label() {
        return version.map(number -> "version " + number + " (" + description + ")")
                .orElse("repeatable '" + description + "'");
    }
}
