package dev.slipway.migrator.files;

import java.nio.file.Path;
import java.util.Optional;

/**
 * One migration script in a folder.
 *
 * @param kind what its name says it is
 * @param version empty for repeatable migrations
 * @param description with spaces, as the history shows it
 * @param script the path below its location, with slashes: Flyway's name for it in the history
 * @param path where it lies
 * @param checksum Flyway's CRC32 of its lines
 * @param hasPlaceholder whether it contains <code>${</code>: then Flyway's checksum of a repeatable migration is that of
 *     the replaced text, and only Flyway can tell whether it changed
 * @param header what its first comments say to Slipway
 */
public record MigrationFile(
        Kind kind,
        Optional<Version> version,
        String description,
        String script,
        Path path,
        int checksum,
        boolean hasPlaceholder,
        ScriptHeader header) {
    /** What the first letter of a script's name means. */
    public enum Kind {
        VERSIONED('V'),
        REPEATABLE('R'),
        /** A script that stands for all versions up to its own, on an empty database. */
        BASELINE('B'),
        UNDO('U');

        private final char prefix;

        Kind(char prefix) {
            this.prefix = prefix;
        }

        static Optional<Kind> ofPrefix(char prefix) {
            for (Kind kind : values()) {
                if (kind.prefix == prefix) {
                    return Optional.of(kind);
                }
            }
            return Optional.empty();
        }
    }

    /** Whether it takes away what older versions of the application use. */
    public boolean isContract() {
        return header.contract();
    }

    /** As people name it: "version 1.2 (add orders)" or "repeatable 'views'". */
    public String label() {
        return version.map(number -> "version " + number + " (" + description + ")")
                .orElse("repeatable '" + description + "'");
    }
}
