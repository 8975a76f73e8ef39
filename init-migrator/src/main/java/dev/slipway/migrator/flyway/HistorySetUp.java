package dev.slipway.migrator.flyway;

import dev.slipway.contract.Setting;
import dev.slipway.contract.Settings;
import dev.slipway.migrator.drizzle.DrizzleHistory;
import dev.slipway.migrator.failure.SqlState;
import dev.slipway.migrator.history.ExistingSchema;
import dev.slipway.migrator.report.EventLog;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;
import org.flywaydb.core.internal.command.DbSchemas;
import org.flywaydb.core.internal.database.base.Schema;
import org.flywaydb.core.internal.database.base.Table;

/** Creates schema and history if they are missing. */
final class HistorySetUp {
    private final Connection connection;
    private final Settings settings;
    private final EventLog log;

    HistorySetUp(Connection connection, Settings settings, EventLog log) {
        this.connection = connection;
        this.settings = settings;
        this.log = log;
    }

    /**
     * Another application's schema has already been refused.
     *
     * @param existing what the schema contains; empty if the history is there
     */
    void prepare(FlywaySession flyway, Optional<ExistingSchema> existing) throws SQLException {
        if (existing.isEmpty()) {
            return;
        }
        refuseWithoutPrivilege();
        new DbSchemas(flyway.database(), flyway.schemas().toArray(Schema[]::new), flyway.history(), flyway.callbacks())
                .create(false);
        Optional<String> baseline = settings.get(Setting.BASELINE_VERSION);
        boolean adopting = baseline.isPresent() && (!existing.get().content().isEmpty() || hasDrizzleHistory(flyway));
        if (!adopting) {
            createUnlessItCameWithTheSchema(flyway);
        } else {
            FlywayHistory.baseline(flyway);
            log.info(
                    "adopted the existing schema",
                    "schema",
                    settings.get(Setting.SCHEMA),
                    "baseline",
                    baseline.orElseThrow());
        }
    }

    /**
     * Sends Flyway's statements in one message, and so in one transaction. Flyway itself would take its lock, which we
     * hold, and send the statements one by one, which takes as long as ten migrations. If Flyway has just created the
     * schema, it has also created the history, with a row for the schema.
     */
    private void createUnlessItCameWithTheSchema(FlywaySession flyway) throws SQLException {
        if (flyway.history().exists()) {
            return;
        }
        Table<?, ?> table = flyway.schema().getTable(settings.get(Setting.HISTORY_TABLE));
        try (Statement statement = connection.createStatement()) {
            statement.execute(flyway.database().getRawCreateScript(table, false));
        }
        flyway.history().clearCache();
    }

    /** Without this check, Flyway would retry creating its table for ten seconds. */
    private void refuseWithoutPrivilege() throws SQLException {
        String schema = settings.get(Setting.SCHEMA);
        try (PreparedStatement statement = connection.prepareStatement(
                "select 1 from pg_namespace where nspname = ? and not has_schema_privilege(oid, 'CREATE')")) {
            statement.setString(1, schema);
            try (ResultSet result = statement.executeQuery()) {
                if (result.next()) {
                    throw new SQLException("permission denied for schema " + schema, SqlState.INSUFFICIENT_PRIVILEGE);
                }
            }
        }
    }

    /** If so, the content of the schema is Drizzle's, and Drizzle's table says how far it is. */
    private boolean hasDrizzleHistory(FlywaySession flyway) throws SQLException {
        Optional<DrizzleHistory> drizzle = flyway.scripts().drizzle();
        return drizzle.isPresent() && !drizzle.get().table().read(connection).isEmpty();
    }
}
