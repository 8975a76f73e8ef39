package dev.slipway.migrator.history;

import dev.slipway.migrator.files.MigrationVersion;
import java.util.Optional;

/**
 * One row of Flyway's history table.
 *
 * @param rank {@code installed_rank}
 * @param version empty for repeatable migrations and for markers
 * @param versionText the column as it is; empty for null
 * @param type Flyway's type, such as SQL, BASELINE, DELETE, SCHEMA
 * @param checksum empty for null, as Java migrations without one leave it
 * @param installedOn server time without a zone, as the server prints it
 * @param executionMillis milliseconds
 */
public record HistoryRow(
        int rank,
        Optional<MigrationVersion> version,
        String versionText,
        String description,
        String type,
        String script,
        Optional<Integer> checksum,
        String installedBy,
        String installedOn,
        int executionMillis,
        boolean success) {
    /** The first row of a history that begins at this version. */
    static HistoryRow baseline(MigrationVersion version) {
        return new HistoryRow(
                1,
                Optional.of(version),
                version.toString(),
                "<< Flyway Baseline >>",
                "BASELINE",
                "<< Flyway Baseline >>",
                Optional.empty(),
                "",
                "",
                0,
                true);
    }

    public RowKind kind() {
        return RowKind.of(type);
    }

    /** Whether it is not a migration but the version at which a history begins. */
    public boolean isBaseline() {
        return kind() == RowKind.BASELINE;
    }

    /** As people refer to it: "version 1.2 (add orders)" or "repeatable 'views'". */
    public String label() {
        return versionText.isEmpty()
                ? "repeatable '" + description + "'"
                : "version " + versionText + " (" + description + ")";
    }
}
