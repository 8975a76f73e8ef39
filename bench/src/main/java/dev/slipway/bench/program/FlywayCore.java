package dev.slipway.bench.program;

import java.util.Map;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.configuration.FluentConfiguration;
import org.flywaydb.database.postgresql.PostgreSQLConfigurationExtension;

/** The shortest program around Flyway's library: {@code FlywayCore FOLDER session|transaction}. */
public final class FlywayCore {
    /** Wait for the lock as long as it takes. */
    private static final int FOR_EVER = -1;

    private FlywayCore() {}

    public static void main(String[] args) {
        Map<String, String> env = System.getenv();
        String url = "jdbc:postgresql://" + env.get("PGHOST") + ":" + env.get("PGPORT") + "/" + env.get("PGDATABASE");
        FluentConfiguration configuration = Flyway.configure()
                .dataSource(url, env.get("PGUSER"), env.get("PGPASSWORD"))
                .locations("filesystem:" + args[0])
                .lockRetryCount(FOR_EVER);
        configuration
                .getConfigurationExtension(PostgreSQLConfigurationExtension.class)
                .setTransactionalLock(args[1].equals("transaction"));
        configuration.load().migrate();
    }
}
