package dev.slipway.migrator.history;

import dev.slipway.migrator.files.MigrationFile;
import dev.slipway.migrator.files.MigrationFile.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The result of comparing the files with the history. Immutable.
 *
 * @param applied rows that count as applied, baseline included, in the order of their rank
 * @param pending files that have to be applied, in order
 * @param held contract migrations that this phase leaves for later; neither a reason to wait nor a disagreement
 * @param differences disagreements that prevent a migration
 * @param ahead applied migrations without a file here: the database is newer than this image
 * @param flaws what is wrong with the history itself
 * @param doubts questions that need the text with its placeholders replaced; empty if this comparison is certain
 */
public record Comparison(
        List<HistoryRow> applied,
        List<MigrationFile> pending,
        List<MigrationFile> held,
        List<Difference> differences,
        List<HistoryRow> ahead,
        List<HistoryFlaw> flaws,
        List<String> doubts) {
    public Comparison {
        applied = List.copyOf(applied);
        pending = List.copyOf(pending);
        held = List.copyOf(held);
        differences = List.copyOf(differences);
        ahead = List.copyOf(ahead);
        flaws = List.copyOf(flaws);
        doubts = List.copyOf(doubts);
    }

    /** The same with further differences and doubts, from outside the history. */
    public Comparison and(List<Difference> moreDifferences, List<String> moreDoubts) {
        var allDifferences = new ArrayList<>(differences);
        allDifferences.addAll(moreDifferences);
        var allDoubts = new ArrayList<>(doubts);
        allDoubts.addAll(moreDoubts);
        return new Comparison(applied, pending, held, allDifferences, ahead, flaws, allDoubts);
    }

    /** The pending baseline script; empty if none is pending. */
    public Optional<MigrationFile> start() {
        return pending.stream().filter(file -> file.kind() == Kind.BASELINE).findFirst();
    }

    /** The same for a schema that may not be empty: a baseline script never runs in one that is not. */
    public Comparison in(ExistingSchema schema) {
        List<String> found = schema.everything();
        if (found.isEmpty() || start().isEmpty()) {
            return this;
        }
        MigrationFile start = start().get();
        var explanation = "(" + start.script() + ") makes everything up to version "
                + start.version().orElseThrow() + " in an empty schema, but this one has "
                + HistoryVerdict.shorten(found)
                + "; adopt what is there with baseline-version, or, if the history was emptied by"
                + " hand, restore its rows; for a service that is new beside others, call its first script V instead of B";
        return and(List.of(new Difference(Difference.Kind.SQUASHED, start.label(), explanation)), List.of());
    }

    /** Whether there is certainly nothing to do: only then may a pod start without the full path. */
    public boolean isUpToDate() {
        return pending.isEmpty() && differences.isEmpty() && flaws.isEmpty() && doubts.isEmpty();
    }

    /** The versions without a file here. A repeatable migration without a file does not make the database ahead. */
    public List<String> versionsAhead() {
        return ahead.stream()
                .filter(row -> row.version().isPresent())
                .map(HistoryRow::versionText)
                .toList();
    }

    /**
     * Applied repeatable migrations whose file was removed or renamed. None if the database is ahead, because they may
     * belong to the newer image.
     */
    public List<HistoryRow> retired() {
        return versionsAhead().isEmpty()
                ? ahead.stream().filter(row -> row.kind() == RowKind.SCRIPT).toList()
                : List.of();
    }

    /** The version of the newest applied migration; empty if there is none. */
    public Optional<String> schemaVersion() {
        return applied.stream()
                .filter(row -> row.version().isPresent())
                .max((left, right) ->
                        left.version().orElseThrow().compareTo(right.version().orElseThrow()))
                .map(HistoryRow::versionText);
    }
}
