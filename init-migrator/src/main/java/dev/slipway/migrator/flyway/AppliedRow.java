package dev.slipway.migrator.flyway;

import dev.slipway.migrator.history.HistoryTable;
import dev.slipway.migrator.sql.SqlLiteral;
import dev.slipway.migrator.sql.SqlStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.flywaydb.core.api.MigrationVersion;
import org.flywaydb.core.api.callback.Event;
import org.flywaydb.core.internal.info.MigrationInfoImpl;
import org.flywaydb.core.internal.util.AbbreviationUtils;

/** A migration that becomes a row of the history, and of Drizzle's where the folder is Drizzle's. */
record AppliedRow(FlywaySession flyway, MigrationInfoImpl migration) implements HistoryChange {
    @Override
    public void beforeScript() {
        flyway.callbacks().setMigrationInfo(migration);
        flyway.callbacks().onEachMigrateOrUndoEvent(Event.BEFORE_EACH_MIGRATE);
    }

    @Override
    public void afterScript() {
        flyway.callbacks().onEachMigrateOrUndoEvent(Event.AFTER_EACH_MIGRATE);
    }

    @Override
    public void beforeStatement(SqlStatement statement) {
        callback(Event.BEFORE_EACH_MIGRATE_STATEMENT, statement);
    }

    @Override
    public void afterStatement(SqlStatement statement) {
        callback(Event.AFTER_EACH_MIGRATE_STATEMENT, statement);
    }

    private void callback(Event event, SqlStatement statement) {
        flyway.callbacks().onEachMigrateOrUndoStatementEvent(event, statement.text(), List.of(), List.of());
    }

    /**
     * The row that Flyway would write, without a round trip instead of in its five. Flyway looks for the table and the
     * highest rank first, as it may have let go of its lock since the last row; we hold it from the first row to the last.
     */
    @Override
    public String record(String role, String millis) throws SQLException {
        if (!isAllSql()) {
            try (Statement statement = flyway.connection().createStatement()) {
                statement.execute(role);
            }
            flyway.scripts().drizzle().orElseThrow().record(migration.getScript(), flyway.connection());
        }
        return role + insert(millis);
    }

    @Override
    public boolean isAllSql() {
        return flyway.scripts().drizzle().isEmpty();
    }

    private String insert(String millis) {
        MigrationVersion version = migration.getVersion();
        String table = new HistoryTable(
                        flyway.schema().getName(), flyway.configuration().getTable())
                .quoted();
        return "insert into " + table + " (installed_rank, version, description, type, script, checksum,"
                + " installed_by, execution_time, success) select coalesce(max(installed_rank), 0) + 1, "
                + SqlLiteral.ofNullable(version == null ? null : version.getVersion()) + ", "
                + SqlLiteral.ofNullable(AbbreviationUtils.abbreviateDescription(migration.getDescription())) + ", "
                + SqlLiteral.of(migration.getType().name()) + ", "
                + SqlLiteral.ofNullable(AbbreviationUtils.abbreviateScript(migration.getScript())) + ", "
                + migration.getResolvedMigration().getChecksum() + ", "
                + SqlLiteral.ofNullable(flyway.database().getInstalledBy()) + ", " + millis + ", true from " + table
                + ";";
    }
}
