package dev.slipway.migrator.history;

import dev.slipway.contract.OutOfOrder;
import dev.slipway.contract.Phase;
import dev.slipway.contract.Setting;
import dev.slipway.migrator.files.Layout;
import dev.slipway.migrator.files.MigrationFile;
import dev.slipway.migrator.files.MigrationFile.Kind;
import dev.slipway.migrator.files.MigrationFolder;
import dev.slipway.migrator.files.Version;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Compares the files with the history by Flyway's rules. Pure; whatever it does not understand becomes a doubt, and a
 * doubt sends the run on the full path, where Flyway itself decides.
 */
public final class HistoryComparison {
    private static final String DELETED = "DELETE";
    private static final Set<String> BASELINES = Set.of("BASELINE", "SQL_BASELINE", "JDBC_BASELINE");
    private static final Set<String> UNDERSTOOD =
            Set.of("SQL", "JDBC", "SCRIPT", "CUSTOM", "SCHEMA", "BASELINE", "SQL_BASELINE", "JDBC_BASELINE", DELETED);

    private final MigrationFolder folder;
    private final Phase phase;
    private final boolean takesLate;
    private final Map<Version, HistoryRow> versions = new HashMap<>();
    private final Map<String, HistoryRow> repeatables = new HashMap<>();
    private final List<HistoryRow> failed = new ArrayList<>();
    private final List<String> doubts = new ArrayList<>();
    private Optional<Version> baseline = Optional.empty();
    private Optional<Version> newest = Optional.empty();

    private final List<MigrationFile> pending = new ArrayList<>();
    private final List<MigrationFile> held = new ArrayList<>();
    private final List<Difference> differences = new ArrayList<>();
    private final List<HistoryRow> ahead = new ArrayList<>();

    private HistoryComparison(MigrationFolder folder, Phase phase, OutOfOrder outOfOrder) {
        this.folder = folder;
        this.phase = phase;
        this.takesLate = takesLate(folder.layout(), outOfOrder);
    }

    /**
     * A contract migration may be applied after newer ones: the phase that held it let those pass.
     *
     * @param rows the history in the order of its rank; empty where there is none yet
     * @param phase which decides whether contract migrations are held
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

    /** Whether a version may be applied after newer ones, by the tool that wrote the folder or by what was set. */
    public static boolean takesLate(Layout layout, OutOfOrder outOfOrder) {
        return layout.takesLateMigrations() || outOfOrder == OutOfOrder.ALLOW;
    }

    /** Whether a row has a type that free Flyways write, so that everybody knows what it means. */
    public static boolean isUnderstood(HistoryRow row) {
        return UNDERSTOOD.contains(row.type());
    }

    /** Whether it is no migration, but the version at which a history begins. */
    public static boolean isBaseline(HistoryRow row) {
        return BASELINES.contains(row.type());
    }

    private void remember(HistoryRow row) {
        if (!UNDERSTOOD.contains(row.type())) {
            doubts.add(row.label() + " has the type " + row.type() + " in the history");
        } else if (!row.success()) {
            failed.add(row);
        } else if (row.type().equals(DELETED)) {
            row.version().ifPresentOrElse(versions::remove, () -> repeatables.remove(row.description()));
        } else if (row.version().isPresent()) {
            Version version = row.version().get();
            versions.put(version, row);
            newest = max(newest, version);
            if (BASELINES.contains(row.type())) {
                baseline = max(baseline, version);
            }
        } else if (!row.type().equals("SCHEMA")) {
            repeatables.put(row.description(), row);
        }
    }

    private void compareVersions() {
        Optional<MigrationFile> start =
                versions.isEmpty() && repeatables.isEmpty() ? newestBaseline() : Optional.empty();
        start.ifPresent(pending::add);
        Optional<Version> covered = start.flatMap(MigrationFile::version);
        for (MigrationFile file : folder.migrations()) {
            if (file.kind() == Kind.BASELINE && versions.isEmpty() && start.isEmpty()) {
                doubts.add(file.script() + " is a baseline migration, and no version is applied yet");
            } else if (file.kind() == Kind.VERSIONED) {
                Version version = file.version().orElseThrow();
                if (covered.isEmpty() || version.compareTo(covered.get()) > 0) {
                    compareVersion(file, version);
                }
            }
        }
    }

    /** On an empty database it stands for every version up to its own. */
    private Optional<MigrationFile> newestBaseline() {
        return folder.migrations().stream()
                .filter(file -> file.kind() == Kind.BASELINE)
                .reduce((older, newer) -> newer);
    }

    private void compareVersion(MigrationFile file, Version version) {
        HistoryRow row = versions.get(version);
        boolean belowBaseline = baseline.isPresent() && version.compareTo(baseline.get()) <= 0;
        if (row != null && !BASELINES.contains(row.type())) {
            compareContent(file, row);
        } else if (belowBaseline) {
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

    private boolean comesLate(Version version) {
        return newest.isPresent() && version.compareTo(newest.get()) < 0 && !takesLate;
    }

    private String late(Version newestApplied) {
        String way = layout() == Layout.DRIZZLE_JOURNAL
                ? "; Drizzle passes over such a file in silence: generate it anew, so that it is the newest, or, if its"
                        + " work is there already, adopt the schema with baseline-version"
                : "; give it a version above " + newestApplied;
        return way + ", or let late versions be applied with " + Setting.OUT_OF_ORDER.name() + "="
                + Setting.OUT_OF_ORDER.format(OutOfOrder.ALLOW);
    }

    private Layout layout() {
        return folder.layout();
    }

    private void compareContent(MigrationFile file, HistoryRow row) {
        if (row.checksum().isPresent() && row.checksum().get() != file.checksum()) {
            differences.add(new Difference(
                    Difference.Kind.CHECKSUM,
                    file.label(),
                    "(" + file.script() + ") was changed after it was applied: the history has checksum "
                            + row.checksum().get() + ", the file has " + file.checksum()
                            + "; restore the file and put the change into a new migration"));
        } else if (!row.description().equals(file.description())
                && !row.description().isEmpty()) {
            differences.add(new Difference(
                    Difference.Kind.DESCRIPTION,
                    file.label(),
                    "(" + file.script() + ") was applied as '" + row.description()
                            + "'; give the file its old name, or the new migration another version"));
        }
    }

    private void lookForRowsWithoutFile() {
        Map<Version, MigrationFile> files = new HashMap<>();
        Map<String, MigrationFile> repeatableFiles = new HashMap<>();
        Optional<Version> newestFile = Optional.empty();
        for (MigrationFile file : folder.migrations()) {
            if (file.kind() == Kind.VERSIONED || file.kind() == Kind.BASELINE) {
                files.put(file.version().orElseThrow(), file);
                newestFile = max(newestFile, file.version().orElseThrow());
            } else {
                repeatableFiles.put(file.description(), file);
            }
        }
        int lastWithFile = lastRankWithFile(files.keySet());
        for (HistoryRow row : versions.values()) {
            Version version = row.version().orElseThrow();
            boolean belowBaseline = baseline.isPresent() && version.compareTo(baseline.get()) <= 0;
            if (files.containsKey(version) || BASELINES.contains(row.type()) || belowBaseline) {
                continue;
            }
            boolean cameLate = takesLate && row.rank() > lastWithFile;
            if (newestFile.isEmpty() || version.compareTo(newestFile.get()) > 0 || cameLate) {
                ahead.add(row);
            } else {
                differences.add(new Difference(
                        Difference.Kind.MISSING,
                        row.label(),
                        "was applied from " + row.script() + ", but that file is not here; restore it"));
            }
        }
        // A repeatable migration that a newer image added, or that was retired, is no reason to stop this one.
        repeatables.values().stream()
                .filter(row -> !repeatableFiles.containsKey(row.description()))
                .forEach(ahead::add);
    }

    private int lastRankWithFile(Set<Version> files) {
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
                doubts.add(file.script() + " has placeholders, so that only Flyway can tell whether it changed");
            } else if (!same) {
                pending.add(file);
            }
        }
    }

    private Comparison result(List<HistoryRow> rows) {
        ahead.sort((left, right) -> Integer.compare(left.rank(), right.rank()));
        List<HistoryRow> applied =
                rows.stream().filter(row -> row.rank() == rankOfNewest(row)).toList();
        return new Comparison(applied, pending, held, differences, ahead, failed, doubts);
    }

    /** Of the same migration; 0 where no row of it counts. Ranks are Flyway's, from 1, and the table's key. */
    private int rankOfNewest(HistoryRow row) {
        HistoryRow newest =
                row.version().isPresent() ? versions.get(row.version().get()) : repeatables.get(row.description());
        return newest == null ? 0 : newest.rank();
    }

    private static Optional<Version> max(Optional<Version> known, Version version) {
        return known.isPresent() && known.get().compareTo(version) >= 0 ? known : Optional.of(version);
    }
}
