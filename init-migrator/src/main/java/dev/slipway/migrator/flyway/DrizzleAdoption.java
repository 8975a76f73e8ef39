package dev.slipway.migrator.flyway;

import dev.slipway.contract.Setting;
import dev.slipway.contract.Settings;
import dev.slipway.migrator.drizzle.DrizzleComparison;
import dev.slipway.migrator.drizzle.DrizzleHistory;
import dev.slipway.migrator.drizzle.DrizzleMigration;
import dev.slipway.migrator.drizzle.DrizzleRecord;
import dev.slipway.migrator.files.MigrationFile;
import dev.slipway.migrator.history.HistoryTable;
import dev.slipway.migrator.report.EventLog;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.flywaydb.core.api.CoreMigrationType;
import org.flywaydb.core.api.MigrationVersion;

/** Brings our history and Drizzle's table into agreement, in one transaction, on the connection that holds the lock. */
final class DrizzleAdoption {
    private final Connection connection;
    private final HistoryTable table;
    private final Duration lockTimeout;
    private final FlywaySession flyway;
    private final EventLog log;
    private Optional<DrizzleRecord> record = Optional.empty();

    DrizzleAdoption(Connection connection, Settings settings, FlywaySession flyway, EventLog log) {
        this.connection = connection;
        this.table = HistoryTable.of(settings);
        this.lockTimeout = settings.get(Setting.LOCK_TIMEOUT);
        this.flyway = flyway;
        this.log = log;
    }

    /** Files that were changed after Drizzle applied them have been refused before. Empty if the folder is not Drizzle's. */
    Optional<DrizzleRecord> adopt() throws SQLException {
        adoptAsTheyAre();
        return record;
    }

    /** Adopts changed files too, and returns their names. */
    List<String> adoptAsTheyAre() throws SQLException {
        return flyway.scripts().drizzle().isPresent()
                ? reconcile(flyway.scripts().drizzle().get())
                : List.of();
    }

    private List<String> reconcile(DrizzleHistory drizzle) throws SQLException {
        connection.setAutoCommit(false);
        try {
            limitWaiting();
            drizzle.prepare(connection);
            DrizzleComparison.Result result =
                    drizzle.compare(table.read(connection).orElse(List.of()), connection);
            var adopted = new ArrayList<>(result.adopted());
            adopted.addAll(result.changed().keySet());
            adopted.forEach(this::addHistoryRow);
            drizzle.complete(result, connection);
            record = Optional.of(drizzle.record(connection));
            connection.commit();
            connection.setAutoCommit(true);
            report(drizzle, result, adopted);
            return result.changed().keySet().stream()
                    .map(each -> each.file().script())
                    .toList();
        } catch (SQLException | RuntimeException failure) {
            connection.rollback();
            connection.setAutoCommit(true);
            throw failure;
        }
    }

    /** Drizzle may be running a migration, and the session gets its lock timeout only with the first script. */
    private void limitWaiting() throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("set local lock_timeout = " + lockTimeout.toMillis());
        }
    }

    private void addHistoryRow(DrizzleMigration migration) {
        MigrationFile file = migration.file();
        flyway.history()
                .addAppliedMigration(
                        MigrationVersion.fromVersion(
                                file.version().orElseThrow().toString()),
                        file.description(),
                        CoreMigrationType.SQL,
                        file.script(),
                        file.checksum(),
                        0,
                        true);
    }

    private void report(DrizzleHistory drizzle, DrizzleComparison.Result result, List<DrizzleMigration> adopted) {
        if (!adopted.isEmpty()) {
            log.info("took over what Drizzle applied", "scripts", scripts(adopted));
        }
        if (!result.unrecorded().isEmpty()) {
            log.info(
                    "told Drizzle what is applied",
                    "scripts",
                    scripts(result.unrecorded()),
                    "table",
                    drizzle.table().toString());
        }
    }

    private static List<String> scripts(List<DrizzleMigration> migrations) {
        return migrations.stream().map(each -> each.file().script()).toList();
    }
}
