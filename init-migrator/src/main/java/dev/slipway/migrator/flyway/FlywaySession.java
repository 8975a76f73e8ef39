package dev.slipway.migrator.flyway;

import dev.slipway.contract.ExitCode;
import dev.slipway.contract.Setting;
import dev.slipway.contract.Settings;
import dev.slipway.migrator.apply.ScriptFailure;
import dev.slipway.migrator.drizzle.ScriptOrigin;
import dev.slipway.migrator.failure.RunFailure;
import dev.slipway.migrator.files.MigrationFolder;
import dev.slipway.migrator.history.HistoryTable;
import dev.slipway.migrator.lock.HeldLock;
import dev.slipway.migrator.report.EventLog;
import dev.slipway.migrator.session.Connector;
import dev.slipway.migrator.sql.SqlLiteral;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.flywaydb.core.FlywayExecutor;
import org.flywaydb.core.api.ClassProvider;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.callback.Event;
import org.flywaydb.core.api.configuration.FluentConfiguration;
import org.flywaydb.core.api.migration.JavaMigration;
import org.flywaydb.core.internal.callback.CallbackExecutor;
import org.flywaydb.core.internal.database.base.Database;
import org.flywaydb.core.internal.database.base.Schema;
import org.flywaydb.core.internal.exception.FlywaySqlException;
import org.flywaydb.core.internal.schemahistory.SchemaHistory;
import org.flywaydb.database.postgresql.PostgreSQLConfigurationExtension;

/**
 * Flyway's parts, opened over the connection that holds the lock: what its own commands work with. Flyway's migrate
 * command is not used, because it releases its lock between two migrations, reads the whole history again for each, and
 * gives no control over transactions, settings and retries.
 *
 * @param connection the one that holds the lock, without Flyway's wrapper
 * @param scripts whose files these are
 * @param lock of this connection
 */
public record FlywaySession(
        Connection connection,
        ScriptOrigin scripts,
        FluentConfiguration configuration,
        SchemaHistory history,
        Database<?> database,
        Schema<?, ?> schema,
        List<Schema<?, ?>> schemas,
        CallbackExecutor<Event> callbacks,
        HeldLock lock) {

    private static final ClassProvider<JavaMigration> NO_CLASSES = List::of;

    /** Opens Flyway, does the work, and closes Flyway; the connection stays open. */
    static <T> T with(
            Connection connection,
            Settings settings,
            ScriptOrigin scripts,
            EventLog log,
            Function<FlywaySession, T> work) {
        FlywayLog.begin(log);
        try {
            Connector.allowLongStatements(connection);
            FluentConfiguration configuration = configuration(connection, settings, scripts.folder());
            var lock = new HeldLock(connection, HistoryTable.of(settings));
            return execute(connection, configuration, scripts, lock, work);
        } catch (SQLException gone) {
            throw new FlywaySqlException("the connection is gone", gone);
        } finally {
            Connector.expectQuickAnswers(connection);
            FlywayLog.end();
        }
    }

    @SuppressWarnings({"rawtypes", "unchecked"}) // Flyway's own signatures are raw
    private static <T> T execute(
            Connection connection,
            FluentConfiguration configuration,
            ScriptOrigin scripts,
            HeldLock lock,
            Function<FlywaySession, T> work) {
        FlywayExecutor.Command<T> command =
                (unused, history, database, schema, schemas, callbacks, interceptor) -> work.apply(new FlywaySession(
                        connection,
                        scripts,
                        configuration,
                        history,
                        (Database<?>) database,
                        (Schema<?, ?>) schema,
                        List.of((Schema<?, ?>[]) schemas),
                        callbacks,
                        lock));
        return new FlywayExecutor(configuration).execute(command, true, null);
    }

    /**
     * Lets Flyway prepare the session for scripts, once, and returns the resulting search path as an SQL expression.
     * Flyway compares the path as it is written: one that says {@code Shop} creates in shop, so a schema of the name
     * Shop still has to be put before it.
     */
    public String startingPath() {
        org.flywaydb.core.internal.database.base.Connection<?> migrating = database.getMigrationConnection();
        migrating.restoreOriginalState();
        String path = "current_setting('search_path')";
        if (scripts.keepsSearchPath()) {
            return path;
        }
        migrating.changeCurrentSchemaTo(schema);
        String name = SqlLiteral.of(schema.getName());
        return "case when current_schema() = " + name + " then " + path + " else concat_ws(', ', quote_ident(" + name
                + "), nullif(" + path + ", '')) end";
    }

    /** Work that may throw an SQLException, which Flyway's own callback type does not allow. */
    public interface SqlWork<T> {
        T run(FlywaySession flyway) throws SQLException;
    }

    /** Like {@link #with}. */
    static <T> T withSql(Connection connection, Settings settings, ScriptOrigin scripts, EventLog log, SqlWork<T> work)
            throws SQLException {
        try {
            return with(connection, settings, scripts, log, flyway -> {
                try {
                    return work.run(flyway);
                } catch (SQLException failure) {
                    throw new SqlFailure(failure);
                }
            });
        } catch (SqlFailure wrapped) {
            throw wrapped.failure;
        }
    }

    /**
     * The same for work that needs nothing from Flyway except the opened session.
     *
     * @throws RunFailure with this code if it refuses to
     */
    public static <T> T withSql(
            Connection connection,
            Settings settings,
            ScriptOrigin scripts,
            EventLog log,
            ExitCode code,
            SqlWork<T> work)
            throws SQLException {
        try {
            return withSql(connection, settings, scripts, log, work);
        } catch (FlywayException refused) {
            throw new RunFailure(code, ScriptFailure.reason(refused), code.wayOut(), Map.of(), refused);
        }
    }

    /** The same, but the migration lock is taken again after each callback that released it. */
    FlywaySession withLockedCallbacks(EventLog log) throws SQLException {
        lock.keep();
        return new FlywaySession(
                connection,
                scripts,
                configuration,
                history,
                database,
                schema,
                schemas,
                new LockedCallbacks(callbacks, lock, log),
                lock);
    }

    /** Carries an SQLException through Flyway's callback. */
    static final class SqlFailure extends RuntimeException {
        private static final long serialVersionUID = 1L;
        private final SQLException failure;

        SqlFailure(SQLException failure) {
            super(failure);
            this.failure = failure;
        }
    }

    private static FluentConfiguration configuration(Connection connection, Settings settings, MigrationFolder folder) {
        FluentConfiguration configuration = new QuickConfiguration(settings)
                .dataSource(new OneConnection(connection))
                // Flyway searches no folder and no class path: it gets the files from us.
                .locations(new String[0])
                .callbackLocations(new String[0])
                .skipDefaultResolvers(true)
                .skipDefaultCallbacks(folder.callbacks().isEmpty())
                .resourceProvider(new CallbackScripts(folder.callbacks()))
                .javaMigrationClassProvider(NO_CLASSES)
                // We refuse mixed scripts ourselves, with the line of the statement; Flyway detects fewer of them.
                .mixed(true)
                .placeholderReplacement(
                        folder.layout().hasPlaceholders() && settings.get(Setting.PLACEHOLDER_REPLACEMENT));
        settings.get(Setting.BASELINE_VERSION).ifPresent(configuration::baselineVersion);
        // One connection for lock, migration and history row; the default takes a second one for the lock, and a CREATE
        // INDEX CONCURRENTLY then waits for that transaction for ever.
        configuration
                .getConfigurationExtension(PostgreSQLConfigurationExtension.class)
                .setTransactionalLock(false);
        return configuration;
    }
}
