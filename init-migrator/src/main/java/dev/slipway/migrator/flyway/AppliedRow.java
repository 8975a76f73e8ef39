package dev.slipway.migrator.flyway;

import dev.slipway.migrator.sql.SqlStatement;
import java.sql.SQLException;
import java.util.List;
import org.flywaydb.core.api.callback.Event;
import org.flywaydb.core.internal.info.MigrationInfoImpl;

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

    @Override
    public void record(int millis) throws SQLException {
        flyway.history()
                .addAppliedMigration(
                        migration.getVersion(),
                        migration.getDescription(),
                        migration.getType(),
                        migration.getScript(),
                        migration.getResolvedMigration().getChecksum(),
                        millis,
                        true);
        if (flyway.scripts().drizzle().isPresent()) {
            flyway.scripts().drizzle().get().record(migration.getScript(), flyway.connection());
        }
    }
}
