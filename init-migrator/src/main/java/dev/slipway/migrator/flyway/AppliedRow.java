package dev.slipway.migrator.flyway;

import dev.slipway.migrator.apply.HistoryChange;
import dev.slipway.migrator.drizzle.DrizzleRecord;
import dev.slipway.migrator.failure.RunFailure;
import dev.slipway.migrator.history.HistoryTable;
import dev.slipway.migrator.lock.HeldLock;
import dev.slipway.migrator.sql.SqlLiteral;
import dev.slipway.migrator.sql.SqlStatement;
import java.util.List;
import java.util.Optional;
import org.flywaydb.core.api.MigrationVersion;
import org.flywaydb.core.api.callback.Event;
import org.flywaydb.core.internal.util.AbbreviationUtils;

/**
 * Adds the row of a migration to the history, and to Drizzle's table if the folder is Drizzle's.
 *
 * @param lastRank of the history when all pending migrations were found: a row of this migration with a higher rank was
 * written by another session
 * @param drizzle empty if the folder is not Drizzle's
 * @param errors calls the callbacks for errors
 */
record AppliedRow(
        FlywaySession flyway,
        PendingMigration migration,
        int lastRank,
        Optional<DrizzleRecord> drizzle,
        ErrorCallbacks errors)
        implements HistoryChange {
    @Override
    public void beforeScript() {
        flyway.callbacks().setMigrationInfo(migration);
        CallbackError.named(() -> flyway.callbacks().onEachMigrateOrUndoEvent(Event.BEFORE_EACH_MIGRATE));
    }

    @Override
    public void afterScript() {
        CallbackError.named(() -> flyway.callbacks().onEachMigrateOrUndoEvent(Event.AFTER_EACH_MIGRATE));
    }

    @Override
    public void afterError() {
        errors.afterErrorOfScript(Event.AFTER_EACH_MIGRATE_ERROR);
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
        CallbackError.named(() ->
                flyway.callbacks().onEachMigrateOrUndoStatementEvent(event, statement.text(), List.of(), List.of()));
    }

    /**
     * Writes the row that Flyway would write, as part of the commit; Flyway needs five round trips. The row is not added if
     * another session has applied this migration since it was found pending. A session that does so at this moment gives its
     * row the same rank, which is the table's key.
     */
    @Override
    public String record(String role, String millis) {
        return role + drizzle.map(record -> record.of(migration.file())).orElse("") + insert(millis);
    }

    @Override
    public boolean addsRow() {
        return true;
    }

    @Override
    public boolean isAllSql() {
        return true;
    }

    @Override
    public Optional<RunFailure> explain(Throwable failure) {
        return drizzle.flatMap(record -> record.explain(migration.getScript(), failure));
    }

    private String insert(String millis) {
        MigrationVersion version = migration.getVersion();
        String table = new HistoryTable(
                        flyway.schema().getName(), flyway.configuration().getTable())
                .quoted();
        String versionText = SqlLiteral.ofNullable(version == null ? null : version.getVersion());
        String description = SqlLiteral.ofNullable(AbbreviationUtils.abbreviateDescription(migration.getDescription()));
        return HeldLock.addsOneRow("insert into " + table + " (installed_rank, version, description, type, script,"
                + " checksum, installed_by, execution_time, success) select (select coalesce(pg_catalog.max(installed_rank), 0)"
                + " + 1 from " + table + "), "
                + versionText + ", "
                + description + ", "
                + SqlLiteral.of(migration.getType().name()) + ", "
                + SqlLiteral.ofNullable(AbbreviationUtils.abbreviateScript(migration.getScript())) + ", "
                + migration.checksum() + ", "
                + SqlLiteral.ofNullable(flyway.database().getInstalledBy()) + ", " + millis
                + ", true where not exists (select from " + table
                + " where installed_rank > " + lastRank
                + (version == null
                        ? " and version is null and description = " + description
                        : " and version = " + versionText)
                + ")");
    }
}
