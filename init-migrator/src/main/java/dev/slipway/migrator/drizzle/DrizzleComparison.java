package dev.slipway.migrator.drizzle;

import dev.slipway.contract.OutOfOrder;
import dev.slipway.contract.Phase;
import dev.slipway.migrator.files.MigrationFolder;
import dev.slipway.migrator.files.MigrationVersion;
import dev.slipway.migrator.history.Comparison;
import dev.slipway.migrator.history.Difference;
import dev.slipway.migrator.history.HistoryComparison;
import dev.slipway.migrator.history.HistoryRow;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Compares the files, our history and Drizzle's table. Pure.
 *
 * <p>Our history is the truth about what is applied; what Drizzle has applied since is added to it.
 */
public final class DrizzleComparison {
    private static final int SHOWN_OF_HASH = 8;

    private final DrizzleProject project;
    private final String table;
    private final OutOfOrder outOfOrder;
    private final List<HistoryRow> history;
    private final List<HistoryRow> rows;
    private final List<Difference> differences = new ArrayList<>();
    private final Map<DrizzleMigration, DrizzleRow> matched = new LinkedHashMap<>();
    private final List<DrizzleRow> unmatched = new ArrayList<>();
    private final List<DrizzleMigration> adopted = new ArrayList<>();
    private final Map<DrizzleMigration, DrizzleRow> changed = new LinkedHashMap<>();

    private DrizzleComparison(
            DrizzleProject project,
            OutOfOrder outOfOrder,
            String table,
            List<HistoryRow> history,
            Optional<MigrationVersion> baseline) {
        this.project = project;
        this.outOfOrder = outOfOrder;
        this.table = table;
        this.history = history;
        this.rows = new ArrayList<>(history);
        if (history.isEmpty()) {
            baseline.ifPresent(version -> rows.add(baseline(version)));
        }
    }

    /**
     * The result, and the rows to write so that both histories agree.
     *
     * @param rows our history, as it will be once everything is written
     * @param comparison of the files with these rows; not up to date while rows still have to be written
     * @param adopted applied by Drizzle, and not in our history yet
     * @param unrecorded applied, and not in Drizzle's table yet
     * @param unnamed rows without the name by which Drizzle 1.0 identifies its migrations
     * @param changed rows of files that were changed after Drizzle applied them
     * @param exists whether Drizzle has applied anything
     */
    public record Result(
            List<HistoryRow> rows,
            Comparison comparison,
            List<DrizzleMigration> adopted,
            List<DrizzleMigration> unrecorded,
            Map<DrizzleMigration, DrizzleRow> unnamed,
            Map<DrizzleMigration, DrizzleRow> changed,
            boolean exists) {}

    /**
     * @param outOfOrder for a journal; from Drizzle 1.0 on late folders are applied in any case
     * @param table Drizzle's, for messages
     * @param history our rows in the order of their rank; empty if there are none yet
     * @param recorded Drizzle's rows
     * @param baseline the version as which an existing schema will be adopted, if it has no history of ours yet
     */
    public static Result of(
            DrizzleProject project,
            OutOfOrder outOfOrder,
            DrizzleTable table,
            List<HistoryRow> history,
            List<DrizzleRow> recorded,
            Optional<String> baseline) {
        boolean exists = !recorded.isEmpty();
        var comparison = new DrizzleComparison(
                project,
                outOfOrder,
                table.toString(),
                history,
                exists ? baseline.flatMap(MigrationVersion::parse) : Optional.empty());
        recorded.forEach(comparison::match);
        comparison.adopt();
        comparison.lookForRowsWithoutFile();
        return comparison.result(exists);
    }

    private void match(DrizzleRow row) {
        DrizzleMatch.of(project.migrations(), row)
                .ifPresentOrElse(migration -> matched.putIfAbsent(migration, row), () -> unmatched.add(row));
    }

    /** Drizzle applied every row that is above the baseline and missing from our history. */
    private void adopt() {
        Comparison ours = HistoryComparison.of(project.folder(), rows, Phase.ALL, outOfOrder);
        Set<MigrationVersion> known = new HashSet<>();
        ours.applied().forEach(row -> row.version().ifPresent(known::add));
        Optional<MigrationVersion> baseline = baselineOf(ours);
        for (DrizzleMigration migration : project.migrations()) {
            MigrationVersion version = migration.file().version().orElseThrow();
            DrizzleRow row = matched.get(migration);
            boolean below = baseline.isPresent() && version.compareTo(baseline.get()) <= 0;
            if (row == null || known.contains(version) || below) {
                continue;
            }
            if (migration.hasContentOf(row.hash())) {
                adopted.add(migration);
            } else {
                changed.put(migration, row);
                differences.add(changed(migration, row));
            }
            rows.add(applied(migration));
        }
    }

    private static Optional<MigrationVersion> baselineOf(Comparison comparison) {
        return comparison.applied().stream()
                .filter(HistoryRow::isBaseline)
                .flatMap(row -> row.version().stream())
                .max(MigrationVersion::compareTo);
    }

    private Difference changed(DrizzleMigration migration, DrizzleRow row) {
        return new Difference(
                Difference.Kind.CHECKSUM,
                migration.file().label(),
                "(" + migration.file().script()
                        + ") was changed after Drizzle applied it, which Drizzle never notices: "
                        + describe(row) + ", the file has " + start(migration.hash())
                        + "; restore the file and put the change into a new migration, or take it over as it is with"
                        + " 'slipway repair'");
    }

    private void lookForRowsWithoutFile() {
        long newestFile = project.migrations().stream()
                .mapToLong(DrizzleMigration::createdAt)
                .max()
                .orElse(Long.MIN_VALUE);
        long lastMatched =
                matched.values().stream().mapToLong(DrizzleRow::id).max().orElse(Long.MIN_VALUE);
        Set<String> known = new HashSet<>();
        history.forEach(row -> known.add(row.versionText()));
        for (DrizzleRow row : unmatched) {
            Optional<Long> time = row.createdAt().filter(DrizzleTime::isWritable);
            if (time.isPresent() && known.contains(DrizzleTime.digits(time.get()))) {
                continue;
            }
            boolean late = HistoryComparison.takesLate(folder().layout(), outOfOrder) && row.id() > lastMatched;
            if (time.isPresent() && (time.get() > newestFile || late)) {
                rows.add(ahead(row, time.get()));
            } else {
                differences.add(unmatched(row));
            }
        }
    }

    private Difference unmatched(DrizzleRow row) {
        return new Difference(
                Difference.Kind.UNMATCHED,
                describe(row),
                "fits no file of the folder, neither by name nor by time nor by hash; restore the file that Drizzle applied,"
                        + " or delete the row if it is a leftover");
    }

    /** As in "row 3 of drizzle.__drizzle_migrations (20260101120000_name, hash 0123abcd…)". */
    private String describe(DrizzleRow row) {
        String time = row.createdAt()
                .filter(DrizzleTime::isWritable)
                .map(DrizzleTime::digits)
                .orElse("without a time");
        return "row " + row.id() + " of " + table + " (" + row.name().orElse(time) + ", hash " + start(row.hash())
                + ")";
    }

    private static String start(String hash) {
        return hash.length() <= SHOWN_OF_HASH ? hash : hash.substring(0, SHOWN_OF_HASH) + "…";
    }

    private Result result(boolean exists) {
        Comparison comparison = HistoryComparison.of(folder(), rows, Phase.ALL, outOfOrder);
        Set<MigrationVersion> applied = new HashSet<>();
        comparison.applied().forEach(row -> row.version().ifPresent(applied::add));
        Optional<MigrationVersion> baseline = baselineOf(comparison);
        List<DrizzleMigration> unrecorded = project.migrations().stream()
                .filter(each -> !matched.containsKey(each))
                .filter(each -> isApplied(each, applied, baseline))
                .toList();
        Map<DrizzleMigration, DrizzleRow> unnamed = unnamed();
        return new Result(
                List.copyOf(rows),
                comparison.and(differences, doubts(unrecorded, unnamed)),
                List.copyOf(adopted),
                unrecorded,
                unnamed,
                Map.copyOf(changed),
                exists);
    }

    private MigrationFolder folder() {
        return project.folder();
    }

    private static boolean isApplied(
            DrizzleMigration migration, Set<MigrationVersion> applied, Optional<MigrationVersion> baseline) {
        MigrationVersion version = migration.file().version().orElseThrow();
        return applied.contains(version) || (baseline.isPresent() && version.compareTo(baseline.get()) <= 0);
    }

    /** Drizzle 1.0 identifies migrations only by name, and would run these again. */
    private Map<DrizzleMigration, DrizzleRow> unnamed() {
        Map<DrizzleMigration, DrizzleRow> unnamed = new HashMap<>();
        matched.forEach((migration, row) -> {
            if (row.nameable() && row.name().isEmpty()) {
                unnamed.put(migration, row);
            }
        });
        return unnamed;
    }

    private List<String> doubts(List<DrizzleMigration> unrecorded, Map<DrizzleMigration, DrizzleRow> unnamed) {
        var doubts = new ArrayList<String>();
        for (DrizzleMigration each : adopted) {
            doubts.add(each.file().script() + " was applied by Drizzle, and is not in the history yet");
        }
        for (DrizzleMigration each : unrecorded) {
            doubts.add(each.file().script() + " is applied, and not in " + table + " yet");
        }
        for (DrizzleMigration each : unnamed.keySet()) {
            doubts.add(each.file().script() + " has no name in " + table + " yet");
        }
        return doubts;
    }

    private int nextRank() {
        return rows.isEmpty() ? 1 : rows.get(rows.size() - 1).rank() + 1;
    }

    private HistoryRow baseline(MigrationVersion version) {
        return row(Optional.of(version), "<< Flyway Baseline >>", "BASELINE", "", Optional.empty());
    }

    private HistoryRow applied(DrizzleMigration migration) {
        return row(
                migration.file().version(),
                migration.file().description(),
                "SQL",
                migration.file().script(),
                Optional.of(migration.file().checksum()));
    }

    private HistoryRow ahead(DrizzleRow row, long createdAt) {
        String digits = DrizzleTime.digits(createdAt);
        return row(
                MigrationVersion.parse(digits),
                row.name().orElse("row " + row.id()),
                "SQL",
                describe(row),
                Optional.empty());
    }

    private HistoryRow row(
            Optional<MigrationVersion> version,
            String description,
            String type,
            String script,
            Optional<Integer> checksum) {
        return new HistoryRow(
                nextRank(),
                version,
                version.map(MigrationVersion::toString).orElse(""),
                description,
                type,
                script,
                checksum,
                "drizzle",
                "",
                0,
                true);
    }
}
