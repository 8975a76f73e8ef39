package dev.slipway.migrator;

import dev.slipway.testkit.postgres.Major;
import dev.slipway.testkit.postgres.PostgresServer;
import dev.slipway.testkit.postgres.TestDatabase;
import java.io.IOException;
import java.util.Map;

/**
 * The training run of the ahead-of-time cache: a whole migration of the sample application, pre-flight included, onto a
 * real server, so that the cache holds what a real run loads. The launcher decides whether the JDK can make one.
 */
public final class AotTraining {
    private AotTraining() {}

    /** @param args the launcher, and the folder with migrations */
    public static void main(String[] args) throws IOException, InterruptedException {
        try (PostgresServer server = PostgresServer.start(Major.NEWEST, Map.of())) {
            TestDatabase database = server.createDatabase();
            var builder = new ProcessBuilder(
                    args[0], "migrate", "--preflight", "--migrations", args[1], "--log-format", "json");
            builder.environment().put("SLIPWAY_AOT", "train");
            builder.environment().put("DATABASE_URL", database.url());
            int exit = builder.inheritIO().start().waitFor();
            if (exit != 0) {
                throw new IllegalStateException("the training run of the ahead-of-time cache ended with " + exit);
            }
        }
    }
}
