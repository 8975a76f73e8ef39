package dev.slipway.migrator.rollback;

import dev.slipway.migrator.files.MigrationVersion;
import dev.slipway.migrator.history.Comparison;
import dev.slipway.migrator.history.HistoryRow;
import dev.slipway.migrator.ledger.UndoSql;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Decides which versions are undone, in which order and from which scripts, or why not. Pure.
 *
 * @param steps in the reverse order of their application
 * @param refusals all reasons against it; empty if there are none
 */
public record RollbackPlan(List<Step> steps, List<String> refusals) {
    /** One version. */
    public record Step(HistoryRow row, UndoSql sql, UndoSource source) {}

    private static final int DIGEST_SHOWN = 12;

    public RollbackPlan {
        steps = List.copyOf(steps);
        refusals = List.copyOf(refusals);
    }

    /** @param comparison of the history with the files */
    public static RollbackPlan of(RollbackRequest request, Comparison comparison, UndoScripts scripts) {
        var refusals = new ArrayList<String>();
        comparison.flaws().forEach(flaw -> refusals.add(flaw.sentence() + "; " + flaw.wayOut()));
        targetRefusal(request.target(), comparison).ifPresent(refusals::add);
        var steps = new ArrayList<Step>();
        for (HistoryRow row : above(request.target(), comparison)) {
            step(row, request.source(), scripts, refusals).ifPresent(steps::add);
        }
        return new RollbackPlan(steps, refusals);
    }

    /** The applied versions above this one, the newest application first; without baselines, which no run applied. */
    public static List<HistoryRow> above(MigrationVersion target, Comparison comparison) {
        return comparison.applied().stream()
                .filter(row -> row.version().isPresent() && !row.isBaseline())
                .filter(row -> row.version().orElseThrow().compareTo(target) > 0)
                .sorted(Comparator.comparingInt(HistoryRow::rank).reversed())
                .toList();
    }

    private static Optional<String> targetRefusal(MigrationVersion target, Comparison comparison) {
        List<MigrationVersion> applied = comparison.applied().stream()
                .map(HistoryRow::version)
                .flatMap(Optional::stream)
                .sorted()
                .toList();
        Optional<MigrationVersion> baseline = comparison.applied().stream()
                .filter(HistoryRow::isBaseline)
                .map(HistoryRow::version)
                .flatMap(Optional::stream)
                .max(Comparator.naturalOrder());
        if (baseline.isPresent() && target.compareTo(baseline.get()) < 0) {
            return Optional.of("the history begins with version " + baseline.get()
                    + ", a baseline; what was there before cannot be undone");
        }
        boolean everything = target.equals(MigrationVersion.parse("0").orElseThrow());
        if (everything || applied.contains(target)) {
            return Optional.empty();
        }
        String known = applied.stream().map(MigrationVersion::toString).collect(Collectors.joining(", "));
        return Optional.of("version " + target + " is not applied; applied are " + (known.isEmpty() ? "none" : known)
                + " (0 goes back to before the first)");
    }

    private static Optional<Step> step(
            HistoryRow row, Optional<UndoSource> source, UndoScripts scripts, List<String> refusals) {
        MigrationVersion version = row.version().orElseThrow();
        Optional<UndoSql> stored = scripts.stored(version);
        Optional<UndoSql> file = scripts.file(version);
        if (stored.isEmpty() && file.isEmpty()) {
            refusals.add(row.label() + " has no undo script, neither stored in the database nor in the folder as U"
                    + version + "__….sql");
            return Optional.empty();
        }
        boolean differ = stored.isPresent()
                && file.isPresent()
                && !stored.get().sha256().equals(file.get().sha256());
        if (differ && source.isEmpty()) {
            refusals.add(row.label()
                    + " has two different undo scripts: the one that was stored when it was applied (sha256 "
                    + shortened(stored.get()) + ") and the file " + file.get().script() + " ("
                    + shortened(file.get()) + "); compare them, and say --undo-from stored or --undo-from file");
            return Optional.empty();
        }
        boolean fromFile = file.isPresent() && (stored.isEmpty() || source.equals(Optional.of(UndoSource.FILE)));
        UndoSql sql = fromFile ? file.get() : stored.orElseThrow();
        if (!sql.isIntact()) {
            refusals.add(row.label() + " has a stored undo script that does not match its digest: it was"
                    + " changed in the database");
            return Optional.empty();
        }
        return Optional.of(new Step(row, sql, fromFile ? UndoSource.FILE : UndoSource.STORED));
    }

    private static String shortened(UndoSql sql) {
        return sql.sha256().substring(0, Math.min(DIGEST_SHOWN, sql.sha256().length()));
    }
}
