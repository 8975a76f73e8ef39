package dev.slipway.migrator.rollback;

import dev.slipway.contract.ExitCode;
import dev.slipway.migrator.apply.HistoryChange;
import dev.slipway.migrator.drizzle.DrizzleHistory;
import dev.slipway.migrator.failure.RunFailure;
import dev.slipway.migrator.files.MigrationVersion;
import dev.slipway.migrator.history.HistoryRow;
import dev.slipway.migrator.history.HistoryTable;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;

/**
 * Removes the row of a version from the history, as if it had never been applied: a row of the type UNDO_SQL would make
 * the table unreadable for the free editions of Flyway. It also removes the rows of all repeatable migrations, because
 * what these created may be gone too; the next migrate runs them again. If the folder is Drizzle's, the row in
 * Drizzle's table is removed as well. Flyway's callbacks belong to migrations and are not called.
 */
record UndoneRow(Connection connection, HistoryTable table, HistoryRow row, Optional<DrizzleHistory> drizzle)
        implements HistoryChange {
    @Override
    public String record(String role, String millis) throws SQLException {
        execute(role);
        String sql = "delete from " + table.quoted() + " where installed_rank = ? and version = ? and success";
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setInt(1, row.rank());
            statement.setString(2, row.versionText());
            if (statement.executeUpdate() != 1) {
                throw new RunFailure(
                        ExitCode.HISTORY_DIFFERS,
                        row.label()
                                + " was no longer in the history when its row had to be removed; its undo was rolled back",
                        "another program changes the history without the lock; look at it, then start again");
            }
        }
        execute("delete from " + table.quoted() + " where version is null and type <> 'SCHEMA'");
        Optional<MigrationVersion> version = row.version();
        if (drizzle.isPresent() && version.isPresent()) {
            drizzle.get().forget(version.get(), connection);
        }
        return "";
    }

    @Override
    public boolean addsRow() {
        return false;
    }

    @Override
    public boolean isAllSql() {
        return false;
    }

    private void execute(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
