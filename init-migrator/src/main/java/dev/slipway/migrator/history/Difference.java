package dev.slipway.migrator.history;

import dev.slipway.migrator.files.MigrationFile;
import java.util.Optional;

/**
 * One disagreement between the files and the history.
 *
 * @param kind what it is, for programs
 * @param label the migration, as people refer to it
 * @param explanation one sentence: what is wrong and the way out
 * @param row of our history; empty if it is about a file alone, or about another tool's row
 * @param file empty if it is about a row alone
 */
public record Difference(
        Kind kind, String label, String explanation, Optional<HistoryRow> row, Optional<MigrationFile> file) {
    /** A disagreement that repairing our history cannot resolve. */
    public Difference(Kind kind, String label, String explanation) {
        this(kind, label, explanation, Optional.empty(), Optional.empty());
    }

    /** The ways in which files and history can disagree. */
    public enum Kind {
        CHECKSUM,
        DESCRIPTION,
        MISSING,
        OUT_OF_ORDER,
        /** A baseline script that covers more than was applied. */
        SQUASHED,
        /** A row of another tool's history that matches no file. */
        UNMATCHED
    }

    @Override
    public String toString() {
        return label + " " + explanation;
    }
}
