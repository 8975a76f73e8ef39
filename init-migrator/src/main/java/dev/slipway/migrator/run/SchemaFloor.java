package dev.slipway.migrator.run;

import dev.slipway.contract.AppVersion;
import dev.slipway.contract.ExitCode;
import dev.slipway.contract.Setting;
import dev.slipway.contract.Settings;
import dev.slipway.migrator.failure.RunFailure;
import dev.slipway.migrator.files.MigrationFile;
import dev.slipway.migrator.files.MigrationFolder;
import dev.slipway.migrator.files.MigrationVersion;
import dev.slipway.migrator.history.Comparison;
import dev.slipway.migrator.history.HistoryRow;
import dev.slipway.migrator.ledger.RunLedger;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The oldest version of the application that the schema still works with: contract migrations have removed what older
 * versions need. It comes from the files, or from the database for migrations of a newer image.
 *
 * @param migration the migration that requires this version
 * @param oldest the oldest version that works
 * @param foreign whether this image does not contain that migration, and so is older than it
 */
public record SchemaFloor(String migration, AppVersion oldest, boolean foreign) {
    /**
     * The ordinary case, a database that is not ahead, costs no query.
     *
     * @throws RunFailure with exit 6 if the application is too old, or does not state its version and might be
     */
    public static void refuse(RunContext context, MigrationFolder folder, Comparison comparison, Connection connection)
            throws SQLException {
        Map<String, String> recorded = comparison.ahead().isEmpty() ? Map.of() : recorded(context, connection);
        Optional<RunFailure> refusal = refusal(context.settings(), of(folder, comparison, recorded));
        if (refusal.isPresent()) {
            throw refusal.get();
        }
    }

    /**
     * Sorted, the highest first.
     *
     * @param recorded the oldest application version, by the version of the applied migration that requires it
     */
    public static List<SchemaFloor> of(MigrationFolder folder, Comparison comparison, Map<String, String> recorded) {
        List<SchemaFloor> floors = new ArrayList<>(known(folder, comparison));
        floors.addAll(foreign(comparison, recorded));
        // Not Comparator.comparing: its generated code is not in the ahead-of-time cache, and every start runs this.
        floors.sort((one, other) -> other.oldest.compareTo(one.oldest));
        return floors;
    }

    /** Empty if this application may start on the schema. */
    public static Optional<RunFailure> refusal(Settings settings, List<SchemaFloor> floors) {
        Optional<AppVersion> app = settings.get(Setting.APP_VERSION).flatMap(AppVersion::parse);
        return floors.stream()
                .filter(floor -> app.isPresent() ? app.get().compareTo(floor.oldest()) < 0 : floor.foreign())
                .findFirst()
                .map(floor -> floor.refusal(app));
    }

    private static Map<String, String> recorded(RunContext context, Connection connection) throws SQLException {
        Optional<RunLedger> ledger = RunLedger.openExisting(connection, context.table(), context.slipwayVersion());
        return ledger.isPresent() ? ledger.get().oldestAppVersions() : Map.of();
    }

    /** The floors set by files that are applied or about to be. */
    private static List<SchemaFloor> known(MigrationFolder folder, Comparison comparison) {
        Set<MigrationVersion> relevant = new HashSet<>();
        comparison.applied().forEach(row -> row.version().ifPresent(relevant::add));
        comparison.pending().forEach(file -> file.version().ifPresent(relevant::add));
        var floors = new ArrayList<SchemaFloor>();
        for (MigrationFile file : folder.migrations()) {
            if (file.version().isPresent() && relevant.contains(file.version().get())) {
                file.header()
                        .oldestAppVersion()
                        .ifPresent(oldest -> floors.add(new SchemaFloor(file.label(), oldest, false)));
            }
        }
        return floors;
    }

    private static List<SchemaFloor> foreign(Comparison comparison, Map<String, String> recorded) {
        var floors = new ArrayList<SchemaFloor>();
        for (HistoryRow row : comparison.ahead()) {
            Optional.ofNullable(recorded.get(row.versionText()))
                    .flatMap(AppVersion::parse)
                    .ifPresent(oldest -> floors.add(new SchemaFloor(row.label(), oldest, true)));
        }
        return floors;
    }

    private RunFailure refusal(Optional<AppVersion> app) {
        String who = app.map(version -> "application version " + version + " is too old for this schema: ")
                .orElse(
                        "this image is older than the schema, and does not say which version of the application it is: ");
        return new RunFailure(
                ExitCode.HISTORY_DIFFERS,
                who + migration + " took away what versions before " + oldest + " need",
                app.isPresent()
                        ? "deploy version " + oldest + " or newer, or undo the migrations first (slipway rollback)"
                        : "set app-version, or deploy version " + oldest + " or newer",
                Map.of("oldestAppVersion", oldest.toString(), "migration", migration),
                null);
    }
}
