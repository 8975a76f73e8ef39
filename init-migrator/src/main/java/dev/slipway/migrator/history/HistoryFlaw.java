package dev.slipway.migrator.history;

import dev.slipway.migrator.failure.RunFailure;

/**
 * What is wrong with a history whatever the files say. While there is one, nothing may run.
 *
 * @param row the newest one that it concerns
 * @param sentence what is wrong
 * @param wayOut what to do about it
 */
public record HistoryFlaw(Kind kind, HistoryRow row, String sentence, String wayOut) {
    /** The ways in which a history can be damaged. */
    public enum Kind {
        FAILED,
        TWICE,
        UNKNOWN_TYPE,
        NO_VERSION
    }

    static HistoryFlaw failed(HistoryRow row) {
        return new HistoryFlaw(
                Kind.FAILED,
                row,
                row.label() + " (" + row.script()
                        + ") is marked as failed in the history: another tool ran it outside a"
                        + " transaction and did not finish",
                "look at what it left and undo that by hand; then remove the mark: run " + RunFailure.REPAIR);
    }

    static HistoryFlaw twice(HistoryRow earlier, HistoryRow later) {
        return new HistoryFlaw(
                Kind.TWICE,
                later,
                later.label() + " was applied twice: ranks " + earlier.rank() + " and " + later.rank()
                        + " of the history, from " + scripts(earlier, later),
                "find out what the second run changed; then delete one of the two rows from the history by hand");
    }

    private static String scripts(HistoryRow earlier, HistoryRow later) {
        return earlier.script().equals(later.script()) ? earlier.script() : earlier.script() + " and " + later.script();
    }

    static HistoryFlaw unknownType(HistoryRow row) {
        return new HistoryFlaw(
                Kind.UNKNOWN_TYPE,
                row,
                row.label() + " (" + row.script() + ") has the type " + row.type()
                        + " in the history, which Flyway 3 to 13 writes for no migration of PostgreSQL",
                "if another tool keeps its history in this table, name one of your own in history-table; if a newer Flyway"
                        + " wrote the row, use a Slipway that knows it");
    }

    static HistoryFlaw noVersion(HistoryRow row) {
        return new HistoryFlaw(
                Kind.NO_VERSION,
                row,
                "row " + row.rank() + " of the history (" + row.script() + ") has the version '" + row.versionText()
                        + "'; expected numbers separated by dots",
                "if another tool keeps its history in this table, name one of your own in history-table; otherwise restore"
                        + " the row from a backup");
    }
}
