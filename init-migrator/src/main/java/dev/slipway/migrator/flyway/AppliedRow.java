package dev.slipway.migrator.flyway;

import dev.slipway.migrator.sql.SqlStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.flywaydb.core.api.MigrationVersion;
import org.flywaydb.core.api.callback.Event;
import org.flywaydb.core.internal.info.MigrationInfoImpl;
import org.flywaydb.core.internal.util.AbbreviationUtils;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;

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
     * The row that Flyway would write, in one round trip instead of its five. Flyway looks for the table and the highest
     * rank first, as it may have let go of its lock since the last row; we hold it from the first row to the last.
     */
    @Override
    public void record(String role, int millis) throws SQLException {
        MigrationVersion version = migration.getVersion();
        String table =
                flyway.schema().getTable(flyway.configuration().getTable()).toString();
        String sql = role + "insert into " + table + " (installed_rank, version, description, type, script, checksum,"
                + " installed_by, execution_time, success) select coalesce(max(installed_rank), 0) + 1, "
                + literal(version == null ? null : version.getVersion()) + ", "
                + literal(AbbreviationUtils.abbreviateDescription(migration.getDescription())) + ", "
                + literal(migration.getType().name()) + ", "
                + literal(AbbreviationUtils.abbreviateScript(migration.getScript())) + ", "
                + migration.getResolvedMigration().getChecksum() + ", "
                + literal(flyway.database().getInstalledBy()) + ", " + millis + ", true from " + table;
        try (Statement statement = flyway.connection().createStatement()) {
            statement.execute(sql);
        }
        if (flyway.scripts().drizzle().isPresent()) {
            flyway.scripts().drizzle().get().record(migration.getScript(), flyway.connection());
        }
    }

    private String literal(@Nullable String text) throws SQLException {
        return text == null
                ? "null"
                : "'" + flyway.connection().unwrap(PGConnection.class).escapeLiteral(text) + "'";
    }
}
