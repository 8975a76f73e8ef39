package dev.slipway.migrator.flyway;

import dev.slipway.contract.ExitCode;
import dev.slipway.contract.Setting;
import dev.slipway.contract.Settings;
import dev.slipway.migrator.drizzle.DrizzleHistory;
import dev.slipway.migrator.history.ExistingSchema;
import dev.slipway.migrator.report.EventLog;
import dev.slipway.migrator.report.RunFailure;
import dev.slipway.migrator.session.SqlState;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.flywaydb.core.internal.command.DbSchemas;
import org.flywaydb.core.internal.database.base.Schema;
import org.flywaydb.core.internal.database.base.Table;

/** Makes schema and history where they are missing, and refuses to take over a schema that others filled. */
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
     * @throws RunFailure with exit 6 where the schema has content but no history, and no baseline version was given
     */
    void prepare(FlywaySession flyway) throws SQLException {
        if (flyway.history().exists()) {
            return;
        }
        List<String> content = ExistingSchema.content(connection, settings.get(Setting.SCHEMA));
        Optional<String> baseline = settings.get(Setting.BASELINE_VERSION);
        boolean adopting = hasDrizzleHistory(flyway);
        if (!content.isEmpty() && baseline.isEmpty() && !adopting) {
            throw refuse(content);
        }
        refuseWithoutPrivilege();
        new DbSchemas(flyway.database(), flyway.schemas().toArray(Schema[]::new), flyway.history(), flyway.callbacks())
                .create(false);
        boolean baselined = baseline.isPresent() && (adopting || !content.isEmpty());
        if (!baselined) {
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
     * By Flyway's statements, in one message and so in one transaction. Flyway itself would take its lock, which we hold, and
     * send what its parser finds in them one by one: as long as ten migrations take. Where it has just made the schema, it
     * has made the history as well, with a row for that.
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

    /** Flyway would try to make its table for ten seconds. */
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

    /** Then the content is Drizzle's, and its table says how far it is. */
    private boolean hasDrizzleHistory(FlywaySession flyway) throws SQLException {
        Optional<DrizzleHistory> drizzle = flyway.scripts().drizzle();
        return drizzle.isPresent() && !drizzle.get().table().read(connection).isEmpty();
    }

    private RunFailure refuse(List<String> content) {
        String shown = String.join(", ", content.subList(0, Math.min(5, content.size())));
        String schema = settings.get(Setting.SCHEMA);
        return new RunFailure(
                ExitCode.HISTORY_DIFFERS,
                "schema '" + schema + "' has content (" + shown + (content.size() > 5 ? ", …" : "")
                        + ") but no history table '" + settings.get(Setting.HISTORY_TABLE) + "'",
                "check the schema and the database name; if this schema is meant, adopt it with"
                        + " baseline-version: the version up to which its migrations have already been applied",
                Map.of("schema", schema, "content", content),
                null);
    }
}
