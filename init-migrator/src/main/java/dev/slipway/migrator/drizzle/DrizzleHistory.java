package dev.slipway.migrator.drizzle;

import dev.slipway.contract.ExitCode;
import dev.slipway.contract.OutOfOrder;
import dev.slipway.migrator.failure.RunFailure;
import dev.slipway.migrator.failure.SqlState;
import dev.slipway.migrator.files.MigrationVersion;
import dev.slipway.migrator.history.HistoryRow;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A Drizzle folder and Drizzle's own history table, which is kept in sync with ours. */
public final class DrizzleHistory {
    private final DrizzleProject project;
    private final DrizzleTable table;
    private final Optional<String> baseline;
    private final OutOfOrder outOfOrder;

    /** @param baseline the version as which an existing schema will be adopted, if it has no history of ours yet */
    public DrizzleHistory(
            DrizzleProject project, DrizzleTable table, Optional<String> baseline, OutOfOrder outOfOrder) {
        this.project = project;
        this.table = table;
        this.baseline = baseline;
        this.outOfOrder = outOfOrder;
    }

    public DrizzleProject project() {
        return project;
    }

    public DrizzleTable table() {
        return table;
    }

    /** @param history our rows; empty if there are none yet */
    public DrizzleComparison.Result compare(List<HistoryRow> history, Connection connection) throws SQLException {
        return compare(history, table.read(connection));
    }

    /** The same without a connection. */
    public DrizzleComparison.Result compare(List<HistoryRow> history, List<DrizzleRow> recorded) {
        return DrizzleComparison.of(project, outOfOrder, table, history, recorded, baseline);
    }

    /**
     * Creates Drizzle's table if it is missing, and locks it. Runs in the caller's transaction.
     *
     * @throws RunFailure if this role may not, or Drizzle has it locked for longer than lock-timeout
     */
    public void prepare(Connection connection) throws SQLException {
        table.createIfMissing(connection, project.folder().layout().takesLateMigrations());
        try {
            table.lock(connection);
        } catch (SQLException failure) {
            if (SqlState.LOCK_NOT_AVAILABLE.equals(failure.getSQLState())) {
                throw migratingNow(failure);
            }
            throw failure;
        }
    }

    private RunFailure migratingNow(SQLException failure) {
        return new RunFailure(
                ExitCode.MIGRATION_FAILED,
                "Drizzle is migrating right now: a transaction that has not ended yet wrote into " + table,
                "start again when it has ended; let only one of the two migrate",
                Map.of("table", table.toString()),
                failure);
    }

    /** Adds what is missing from Drizzle's table. Runs in the caller's transaction, after {@link #prepare}. */
    public void complete(DrizzleComparison.Result result, Connection connection) throws SQLException {
        for (DrizzleMigration migration : result.unrecorded()) {
            table.insert(connection, migration);
        }
        for (Map.Entry<DrizzleMigration, DrizzleRow> each : result.unnamed().entrySet()) {
            table.setName(connection, each.getValue().id(), each.getKey().name());
        }
        for (Map.Entry<DrizzleMigration, DrizzleRow> each : result.changed().entrySet()) {
            table.setHash(connection, each.getValue().id(), each.getKey().hash());
        }
    }

    /**
     * Prepares the rows of scripts that are applied from now on. Runs in the caller's transaction, after
     * {@link #complete}.
     */
    public DrizzleRecord record(Connection connection) throws SQLException {
        return new DrizzleRecord(table, project.migrations(), table.end(connection));
    }

    /**
     * Removes the row of a version that was rolled back; otherwise Drizzle and the next run would treat it as applied.
     * Runs in the transaction that removes our own row.
     *
     * @throws RunFailure if the file is only in a newer image and its row is ambiguous
     */
    public void forget(MigrationVersion version, Connection connection) throws SQLException {
        if (!table.exists(connection)) {
            return;
        }
        table.lock(connection);
        List<DrizzleRow> rows = table.read(connection).stream()
                .filter(row -> isOf(version, row))
                .toList();
        boolean known = project.migrations().stream().anyMatch(each -> has(version, each));
        if (!known && rows.size() != 1) {
            throw new RunFailure(
                    ExitCode.HISTORY_DIFFERS,
                    rows.size() + " rows of " + table + " may stand for version " + version
                            + ", whose file is not in this folder; its undo was rolled back",
                    "roll back with an image that has the file",
                    Map.of("version", version.toString()),
                    null);
        }
        for (DrizzleRow row : rows) {
            table.delete(connection, row.id());
        }
    }

    /** Finds the row of a file that is not in this folder by its time. */
    private boolean isOf(MigrationVersion version, DrizzleRow row) {
        Optional<DrizzleMigration> file = DrizzleMatch.of(project.migrations(), row);
        return file.map(each -> has(version, each))
                .orElseGet(() -> row.createdAt()
                        .filter(DrizzleTime::isWritable)
                        .map(DrizzleTime::digits)
                        .flatMap(MigrationVersion::parse)
                        .filter(version::equals)
                        .isPresent());
    }

    private static boolean has(MigrationVersion version, DrizzleMigration migration) {
        return migration.file().version().filter(version::equals).isPresent();
    }
}
