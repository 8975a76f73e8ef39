package dev.slipway.migrator.history;

import dev.slipway.migrator.files.MigrationFile;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What the files and the history say together. Immutable.
 *
 * @param applied rows that count as applied, baseline included, in the order of their rank
 * @param pending files that have to be applied, in order
 * @param held contract migrations that this phase leaves for later; no reason to wait, and no disagreement
 * @param differences disagreements that nobody may migrate over
 * @param ahead applied migrations that no file here knows: the database is newer than this image
 * @param failed rows that another tool left with {@code success = false}
 * @param doubts why only the full path can tell; empty where this comparison is certain
 */
public record Comparison(
        List<HistoryRow> applied,
        List<MigrationFile> pending,
        List<MigrationFile> held,
        List<Difference> differences,
        List<HistoryRow> ahead,
        List<HistoryRow> failed,
        List<String> doubts) {
    public Comparison {
        applied = List.copyOf(applied);
        pending = List.copyOf(pending);
        held = List.copyOf(held);
        differences = List.copyOf(differences);
        ahead = List.copyOf(ahead);
        failed = List.copyOf(failed);
        doubts = List.copyOf(doubts);
    }

    /** The same with what was seen beside the history. */
    public Comparison and(List<Difference> moreDifferences, List<String> moreDoubts) {
        var allDifferences = new ArrayList<>(differences);
        allDifferences.addAll(moreDifferences);
        var allDoubts = new ArrayList<>(doubts);
        allDoubts.addAll(moreDoubts);
        return new Comparison(applied, pending, held, allDifferences, ahead, failed, allDoubts);
    }

    /** Certainly nothing to do: the only answer that lets a pod start without the full path. */
    public boolean isUpToDate() {
        return pending.isEmpty() && differences.isEmpty() && failed.isEmpty() && doubts.isEmpty();
    }

    /** The versions that no file here knows. A repeatable migration that only the database knows does not make it ahead. */
    public List<String> versionsAhead() {
        return ahead.stream()
                .filter(row -> row.version().isPresent())
                .map(HistoryRow::versionText)
                .toList();
    }

    /** The version of the newest applied migration; empty where there is none. */
    public Optional<String> schemaVersion() {
        return applied.stream()
                .filter(row -> row.version().isPresent())
                .max((left, right) ->
                        left.version().orElseThrow().compareTo(right.version().orElseThrow()))
                .map(HistoryRow::versionText);
    }
}
