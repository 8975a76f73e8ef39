package dev.slipway.migrator.flyway;

import org.flywaydb.core.api.configuration.FluentConfiguration;
import org.jspecify.annotations.Nullable;

/**
 * Flyway's configuration, with what it would read from its environments as they are here. To find that nobody has
 * configured one, Flyway makes a copy of itself by reflection, which takes as long as five migrations.
 */
final class QuickConfiguration extends FluentConfiguration {
    private final String schema;

    QuickConfiguration(String schema) {
        this.schema = schema;
        schemas(schema);
        defaultSchema(schema);
    }

    @Override
    public String[] getSchemas() {
        return new String[] {schema};
    }

    /** The connection is there. */
    @Override
    public int getConnectRetries() {
        return 0;
    }

    @Override
    public int getConnectRetriesInterval() {
        return 0;
    }

    /** The connection has its settings. */
    @Override
    public @Nullable String getInitSql() {
        return null;
    }
}
