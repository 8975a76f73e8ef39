package dev.slipway.migrator.history;

import dev.slipway.contract.OutOfOrder;
import dev.slipway.contract.Phase;
import dev.slipway.contract.Setting;
import dev.slipway.migrator.files.Layout;
import dev.slipway.migrator.files.MigrationFile;
import dev.slipway.migrator.files.MigrationFile.Kind;
import dev.slipway.migrator.files.MigrationFolder;
import dev.slipway.migrator.files.MigrationVersion;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Compares the files with the history by Flyway's rules. Pure; a question that needs the text with its placeholders
 * replaced becomes a doubt.
 */
public final class HistoryComparison {
    private final MigrationFolder folder;
    private final Phase phase;
    private final boolean takesLate;
    private final Map<MigrationVersion, HistoryRow> versions = new HashMap<>();
    private final Map<String, HistoryRow> repeatables = new HashMap<>();
    private final List<HistoryFlaw> flaws = new ArrayList<>();
    private final List<String> doubts = new ArrayList<>();
    private Optional<MigrationVersion> baseline = Optional.empty();
    private Optional<MigrationVersion> newest = Optional.empty();
    private boolean everApplied;
    /** On an empty database, it replaces every version up to its own. */
    private final Optional<MigrationFile> newestBaseline;

    private final List<MigrationFile> pending = new ArrayList<>();
    private final List<MigrationFile> held = new ArrayList<>();
    private final List<Difference> differences = new ArrayList<>();
    private final List<HistoryRow> ahead = new ArrayList<>();

    private HistoryComparison(MigrationFolder folder, Phase phase, OutOfOrder outOfOrder) {
        this.folder = folder;
        this.phase = phase;
        this.takesLate = takesLate(folder.layout(), outOfOrder);
        this.newestBaseline = folder.migrations().stream()
                .filter(file -> file.kind() == Kind.BASELINE)
                .reduce((older, newer) -> newer);
    }

    /**
     * A contract migration may be applied after newer ones, because the expand phase held it back but applied those.
     *
     * @param rows the history in the order of its rank; empty if there is none yet
     * @param phase the phase, which decides whether contract migrations are held
     * @param outOfOrder whether a version may be applied after newer ones
     */
    public static Comparison of(MigrationFolder folder, List<HistoryRow> rows, Phase phase, OutOfOrder outOfOrder) {
        var comparison = new HistoryComparison(folder, phase, outOfOrder);
        rows.forEach(comparison::remember);
        comparison.compareVersions();
        comparison.lookForRowsWithoutFile();
        if (comparison.ahead.stream().noneMatch(row -> row.version().isPresent())) {
            comparison.compareRepeatables();
        }
        return comparison.result(rows);
    }

    /**
     * Whether a version may be applied after newer ones, according to the tool that wrote the folder or to the
     * settings.
     */
    public static boolean takesLate(Layout layout, OutOfOrder outOfOrder) {
        return layout.takesLateMigrations() || outOfOrder == OutOfOrder.ALLOW;
    }

    private void remember(HistoryRow row) {
        RowKind kind = row.kind();
        everApplied |= kind != RowKind.SCHEMA;
        if (kind == RowKind.UNKNOWN) {
            flaws.add(HistoryFlaw.unknownType(row));
        } else if (!row.success()) {
            flaws.add(HistoryFlaw.failed(row));
        } else if (row.version().isEmpty() && !row.versionText().isEmpty()) {
            flaws.add(HistoryFlaw.noVersion(row));
        } else if (kind == RowKind.DELETED || kind == RowKind.UNDONE) {
            row.version().ifPresentOrElse(versions::remove, () -> repeatables.remove(row.description()));
        } else if (row.version().isPresent()) {
            rememberVersion(row, row.version().get());
        } else if (kind != RowKind.SCHEMA) {
            repeatables.put(row.description(), row);
        }
    }

    private void rememberVersion(HistoryRow row, MigrationVersion version) {
        HistoryRow earlier = versions.put(version, row);
        if (row.isBaseline()) {
            baseline = max(baseline, version);
        } else if (earlier != null && !earlier.isBaseline()) {
            flaws.add(HistoryFlaw.twice(earlier, row));
        }
    }

    private void compareVersions() {
        for (MigrationVersion version : versions.keySet()) {
            newest = max(newest, version);
        }
        newestBaseline.flatMap(this::squashed).ifPresent(differences::add);
        Optional<MigrationFile> start = everApplied ? Optional.empty() : newestBaseline;
        start.ifPresent(pending::add);
        Optional<MigrationVersion> covered = start.flatMap(MigrationFile::version);
        for (MigrationFile file : folder.migrations()) {
            if (file.kind() == Kind.VERSIONED) {
                MigrationVersion version = file.version().orElseThrow();
                if (covered.isEmpty() || version.compareTo(covered.get()) > 0) {
                    compareVersion(file, version);
                }
            }
        }
    }

    /**
     * A baseline script that replaced older files never runs on their result, so all of them must have been applied.
     */
    private Optional<Difference> squashed(MigrationFile start) {
        MigrationVersion version = start.version().orElseThrow();
        if (!everApplied || (newest.isPresent() && newest.get().compareTo(version) >= 0) || hasScriptOf(version)) {
            return Optional.empty();
        }
        String explanation = newest.isPresent()
                ? "(" + start.script() + ") stands for all versions up to " + version
                        + ", but the schema is at version "
                        + newest.get()
                        + ", and what comes between is in no other file here; deploy a release first that"
                        + " still has those files"
                : "(" + start.script() + ") makes everything up to version " + version
                        + ", but the history shows that the"
                        + " schema is not new; if the schema still has what was applied, delete the rows of type DELETE from"
                        + " the history, and if it is empty, delete all rows";
        return Optional.of(new Difference(Difference.Kind.SQUASHED, start.label(), explanation));
    }

    private boolean hasScriptOf(MigrationVersion version) {
        return folder.migrations().stream()
                .anyMatch(
                        file -> file.kind() == Kind.VERSIONED && file.version().equals(Optional.of(version)));
    }

    private void compareVersion(MigrationFile file, MigrationVersion version) {
        HistoryRow row = versions.get(version);
        if (row != null && !row.isBaseline()) {
            compareContent(file, row);
        } else if (isUpTo(version, baseline)) {
            return;
        } else if (file.isContract() && phase == Phase.EXPAND) {
            held.add(file);
        } else if (!file.isContract() && comesLate(version)) {
            differences.add(new Difference(
                    Difference.Kind.OUT_OF_ORDER,
                    file.label(),
                    "(" + file.script() + ") was never applied, but the schema is already at version " + newest.get()
                            + late(newest.get())));
        } else {
            pending.add(file);
        }
    }

    private static boolean isUpTo(MigrationVersion version, Optional<MigrationVersion> last) {
        return last.isPresent() && version.compareTo(last.get()) <= 0;
    }

    private boolean comesLate(MigrationVersion version) {
        return newest.isPresent() && version.compareTo(newest.get()) < 0 && !takesLate;
    }

    private String late(MigrationVersion newestApplied) {
        String way = layout() == Layout.DRIZZLE_JOURNAL
                ? "; Drizzle silently skips such a file: generate it again, so that it is the newest, or, if its"
                        + " work is already there, adopt the schema with baseline-version"
                : "; give it a version above " + newestApplied;
        return way + ", or let late versions be applied with " + Setting.OUT_OF_ORDER.name() + "="
                + Setting.OUT_OF_ORDER.format(OutOfOrder.ALLOW);
    }

    private Layout layout() {
        return folder.layout();
    }

    private void compareContent(MigrationFile file, HistoryRow row) {
        if (row.kind() == RowKind.OTHER) {
            return;
        }
        if (!row.description().equals(file.description()) && !row.description().isEmpty()) {
            differences.add(new Difference(
                    Difference.Kind.DESCRIPTION,
                    file.label(),
                    "(" + file.script() + ") was applied as '" + row.description() + "', from " + row.script()
                            + "; give the file its old name, or the new migration another version; if "
                            + row.script() + " is another service's, name a history-table of its own for each",
                    Optional.of(row),
                    Optional.of(file)));
        } else if (row.checksum().isPresent() && row.checksum().get() != file.checksum()) {
            differences.add(new Difference(
                    Difference.Kind.CHECKSUM,
                    file.label(),
                    "(" + file.script() + ") was changed after it was applied: the history has checksum "
                            + row.checksum().get() + ", the file has " + file.checksum()
                            + "; restore the file and put the change into a new migration",
                    Optional.of(row),
                    Optional.of(file)));
        }
    }

    private void lookForRowsWithoutFile() {
        Map<MigrationVersion, MigrationFile> files = new HashMap<>();
        Map<String, MigrationFile> repeatableFiles = new HashMap<>();
        Optional<MigrationVersion> newestFile = Optional.empty();
        for (MigrationFile file : folder.migrations()) {
            if (file.kind() == Kind.VERSIONED || file.kind() == Kind.BASELINE) {
                files.put(file.version().orElseThrow(), file);
                newestFile = max(newestFile, file.version().orElseThrow());
            } else {
                repeatableFiles.put(file.description(), file);
            }
        }
        Optional<MigrationVersion> covered = newestBaseline.flatMap(MigrationFile::version);
        int lastWithFile = lastRankWithFile(files.keySet());
        for (HistoryRow row : versions.values()) {
            MigrationVersion version = row.version().orElseThrow();
            boolean known = files.containsKey(version) || row.isBaseline() || row.kind() == RowKind.OTHER;
            if (known || isUpTo(version, baseline) || isUpTo(version, covered)) {
                continue;
            }
            boolean cameLate = takesLate && row.rank() > lastWithFile;
            if (newestFile.isEmpty() || version.compareTo(newestFile.get()) > 0 || cameLate) {
                ahead.add(row);
            } else {
                differences.add(new Difference(
                        Difference.Kind.MISSING,
                        row.label(),
                        "was applied from " + row.script() + ", but that file is not here; restore it, or, if it is"
                                + " another service's, name a history-table of its own for each",
                        Optional.of(row),
                        Optional.empty()));
            }
        }
        // A repeatable migration that a newer image added, or that was retired, is no reason to stop this one.
        repeatables.values().stream()
                .filter(row -> !repeatableFiles.containsKey(row.description()))
                .forEach(ahead::add);
    }

    private int lastRankWithFile(Set<MigrationVersion> files) {
        return versions.values().stream()
                .filter(row -> files.contains(row.version().orElseThrow()))
                .mapToInt(HistoryRow::rank)
                .max()
                .orElse(0);
    }

    private void compareRepeatables() {
        for (MigrationFile file : folder.migrations()) {
            if (file.kind() != Kind.REPEATABLE) {
                continue;
            }
            HistoryRow row = repeatables.get(file.description());
            boolean same =
                    row != null && row.checksum().isPresent() && row.checksum().get() == file.checksum();
            if (!same && row != null && file.hasPlaceholder()) {
                doubts.add(file.script() + " has placeholders, whose values decide whether it changed");
            } else if (!same) {
                pending.add(file);
            }
        }
    }

    private Comparison result(List<HistoryRow> rows) {
        ahead.sort((left, right) -> Integer.compare(left.rank(), right.rank()));
        List<HistoryRow> applied =
                rows.stream().filter(row -> row.rank() == rankOfNewest(row)).toList();
        return new Comparison(applied, pending, held, differences, ahead, flaws, doubts);
    }

    /** Of the same migration; 0 if no row of it counts. Ranks are Flyway's, from 1, and the table's key. */
    private int rankOfNewest(HistoryRow row) {
        HistoryRow newest =
                row.version().isPresent() ? versions.get(row.version().get()) : repeatables.get(row.description());
        return newest == null ? 0 : newest.rank();
    }

    private static Optional<MigrationVersion> max(Optional<MigrationVersion> known, MigrationVersion version) {
        return known.isPresent() && known.get().compareTo(version) >= 0 ? known : Optional.of(version);
    }
}
