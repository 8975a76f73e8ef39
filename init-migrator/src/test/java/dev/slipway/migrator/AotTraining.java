package dev.slipway.migrator;

import dev.slipway.testkit.postgres.Major;
import dev.slipway.testkit.postgres.PostgresServer;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The training runs of the ahead-of-time caches, against a real server: the up-to-date run, which every pod start is, and
 * the same with the pre-flight. The launcher decides whether the JDK can make a cache.
 */
public final class AotTraining {
    private AotTraining() {}

    /** @param args the launcher, and the folder with migrations */
    public static void main(String[] args) throws IOException, InterruptedException {
        try (PostgresServer server = PostgresServer.start(Major.NEWEST, Map.of())) {
            String url = server.createDatabase().url();
            List<String> migrate = List.of(args[0], "migrate", "--migrations", args[1], "--log-format", "json");
            run(migrate, Map.of("DATABASE_URL", url));
            Map<String, String> training = Map.of("DATABASE_URL", url, "SLIPWAY_AOT", "train");
            run(migrate, training);
            run(Stream.concat(migrate.stream(), Stream.of("--preflight")).toList(), training);
        }
    }

    private static void run(List<String> command, Map<String, String> env) throws IOException, InterruptedException {
        var builder = new ProcessBuilder(command);
        builder.environment().putAll(env);
        int exit = builder.inheritIO().start().waitFor();
        if (exit != 0) {
            throw new IllegalStateException("a training run of the ahead-of-time cache ended with " + exit);
        }
    }
}
