package dev.slipway.migrator.flyway;

import dev.slipway.contract.Setting;
import dev.slipway.contract.Settings;
import dev.slipway.migrator.files.Naming;
import org.flywaydb.core.api.configuration.FluentConfiguration;
import org.jspecify.annotations.Nullable;

/**
 * Flyway's configuration with its environment settings filled in. Otherwise Flyway would copy its configuration by
 * reflection only to find that no environment is configured, which takes as long as five migrations. With this and
 * other changes, 1,000 migrations onto an empty database went from 5.2 to 4.0 s ({@code bench/README.md}).
 */
final class QuickConfiguration extends FluentConfiguration {
    private final String schema;

    /** Sets what scripts can see: schema, history table, names of files and placeholders. */
    QuickConfiguration(Settings settings) {
        this.schema = settings.get(Setting.SCHEMA);
        schemas(schema);
        defaultSchema(schema);
        table(settings.get(Setting.HISTORY_TABLE));
        placeholders(settings.get(Setting.PLACEHOLDERS));
        var naming = Naming.of(settings);
        sqlMigrationPrefix(naming.versioned());
        repeatableSqlMigrationPrefix(naming.repeatable());
        sqlMigrationSeparator(naming.separator());
        sqlMigrationSuffixes(naming.suffixes().toArray(String[]::new));
    }

    @Override
    public String[] getSchemas() {
        return new String[] {schema};
    }

    /** The connection is already open. */
    @Override
    public int getConnectRetries() {
        return 0;
    }

    @Override
    public int getConnectRetriesInterval() {
        return 0;
    }

    /** The connection already has its settings. */
    @Override
    public @Nullable String getInitSql() {
        return null;
    }
}
