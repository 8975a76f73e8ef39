package dev.slipway.migrator.it;

import dev.slipway.testkit.postgres.TestDatabase;
import java.util.Arrays;
import java.util.List;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.core.api.configuration.FluentConfiguration;

/** Flyway by itself, with its defaults, as it runs before or after a switch to or from Slipway. */
record PlainFlyway(FluentConfiguration configuration) {
    static PlainFlyway on(TestDatabase database, Scripts... scripts) {
        return new PlainFlyway(Flyway.configure()
                .dataSource(database.jdbcUrl(), database.user(), database.password())
                .locations(Arrays.stream(scripts)
                        .map(each -> "filesystem:" + each.folder())
                        .toArray(String[]::new)));
    }

    /** The number of migrations it applied. */
    int migrate() {
        return configuration.load().migrate().migrationsExecuted;
    }

    /** The problems it finds; empty if there are none. */
    List<String> mistakes() {
        return configuration.load().validateWithResult().invalidMigrations.stream()
                .map(each -> each.version + ": " + each.errorDetails.errorMessage)
                .toList();
    }

    /** Each migration as "version description STATE". */
    List<String> states() {
        return Arrays.stream(configuration.load().info().all())
                .map(PlainFlyway::line)
                .toList();
    }

    private static String line(MigrationInfo each) {
        return (each.getVersion() == null ? "" : each.getVersion() + " ") + each.getDescription() + " "
                + each.getState().name();
    }
}
