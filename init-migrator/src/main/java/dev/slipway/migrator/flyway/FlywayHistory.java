package dev.slipway.migrator.flyway;

import dev.slipway.contract.Settings;
import dev.slipway.migrator.drizzle.ScriptOrigin;
import dev.slipway.migrator.history.ExistingSchema;
import dev.slipway.migrator.history.HistoryRepair;
import dev.slipway.migrator.report.EventLog;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Optional;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.callback.Event;
import org.flywaydb.core.internal.command.DbBaseline;
import org.flywaydb.core.internal.command.DbSchemas;
import org.flywaydb.core.internal.database.base.Schema;

/** Changes to the history that run no migration, on the connection that holds the lock. */
public final class FlywayHistory {
    private final Connection connection;
    private final Settings settings;
    private final ScriptOrigin scripts;
    private final EventLog log;

    public FlywayHistory(Connection connection, Settings settings, ScriptOrigin scripts, EventLog log) {
        this.connection = connection;
        this.settings = settings;
        this.scripts = scripts;
        this.log = log;
    }

    /** Makes schema and history if they are missing, with the baseline version as its first row. */
    public void baseline() throws SQLException {
        run(opened -> {
            FlywaySession flyway = opened.withLockedCallbacks(log);
            flyway.lock().historyEndsAt(0);
            new DbSchemas(
                            flyway.database(),
                            flyway.schemas().toArray(Schema[]::new),
                            flyway.history(),
                            flyway.callbacks())
                    .create(false);
            return baseline(flyway);
        });
    }

    static String baseline(FlywaySession flyway) {
        return new DbBaseline(
                        flyway.history(),
                        flyway.configuration().getBaselineVersion(),
                        flyway.configuration().getBaselineDescription(),
                        flyway.callbacks(),
                        flyway.database())
                .baseline()
                .baselineVersion;
    }

    /**
     * Adopts what Drizzle applied, including files that have changed since.
     *
     * @param existing what the schema contains; empty if the history is there
     * @return the names of those files
     */
    public List<String> takeOverFromDrizzle(Optional<ExistingSchema> existing) throws SQLException {
        if (scripts.drizzle().isEmpty()) {
            return List.of();
        }
        return run(flyway -> {
            new HistorySetUp(connection, settings, log).prepare(flyway, existing);
            return new DrizzleAdoption(connection, settings, flyway, log).adoptAsTheyAre();
        });
    }

    /** Runs the repair in one transaction, with Flyway's callbacks around it. */
    public void repair(HistoryRepair repair) throws SQLException {
        run(opened -> {
            FlywaySession flyway = opened.withLockedCallbacks(log);
            flyway.callbacks().onEvent(Event.BEFORE_REPAIR);
            try {
                execute(flyway.lock().forTransaction() + String.join(";", repair.statements()));
            } catch (SQLException failure) {
                new ErrorCallbacks(flyway, log).afterError(Event.AFTER_REPAIR_ERROR);
                throw flyway.lock()
                        .explain(failure)
                        .map(SQLException.class::cast)
                        .orElse(failure);
            }
            flyway.callbacks().onEvent(Event.AFTER_REPAIR);
            return "";
        });
    }

    /** Sends one message, which makes it one transaction. */
    private void execute(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private <T> T run(FlywaySession.SqlWork<T> command) throws SQLException {
        try {
            return FlywaySession.withSql(connection, settings, scripts, log, command);
        } catch (FlywayException refused) {
            throw FlywayRefusal.explain(refused, "the history may be changed in part");
        }
    }
}
