package dev.slipway.migrator.history;

/**
 * One disagreement between the files and the history.
 *
 * @param kind what it is, for programs
 * @param label the migration, as people name it
 * @param explanation one sentence: what is wrong and the way out
 */
public record Difference(Kind kind, String label, String explanation) {
    /** The ways in which files and history can disagree. */
    public enum Kind {
        CHECKSUM,
        DESCRIPTION,
        MISSING,
        OUT_OF_ORDER,
        /** A row of another tool's history that fits no file. */
        UNMATCHED
    }

    @Override
    public String toString() {
        return label + " " + explanation;
    }
}
