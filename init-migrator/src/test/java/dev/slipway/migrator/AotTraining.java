package dev.slipway.migrator;

import dev.slipway.testkit.postgres.Major;
import dev.slipway.testkit.postgres.PostgresServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The training run of the ahead-of-time cache, against a real server: migrates an empty database after a pre-flight,
 * from a folder with Flyway's names and from one of Drizzle's, which covers every path of a pod start. The launcher decides
 * whether the JDK can make a cache.
 */
public final class AotTraining {
    private AotTraining() {}

    /** @param args the launcher, the folder with migrations, and one of Drizzle's */
    public static void main(String[] args) throws IOException, InterruptedException {
        try (PostgresServer server = PostgresServer.start(Major.NEWEST, Map.of())) {
            String url = server.createDatabase().url();
            var command = new ArrayList<>(List.of(args[0]));
            command.addAll(migrate(args[1]));
            command.add("--");
            command.addAll(migrate(args[2]));
            command.addAll(List.of("--schema", "trained", "--create-schema", "true"));
            run(command, Map.of("DATABASE_URL", url, "SLIPWAY_AOT", "train"));
        }
    }

    private static List<String> migrate(String folder) {
        return List.of("migrate", "--preflight", "--migrations", folder, "--log-format", "json");
    }

    private static void run(List<String> command, Map<String, String> env) throws IOException, InterruptedException {
        var builder = new ProcessBuilder(command);
        builder.environment().putAll(env);
        Process training = builder.redirectErrorStream(true).start();
        training.getOutputStream().close();
        String said = new String(training.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        int exit = training.waitFor();
        // Prints the launcher's message about a JDK that cannot make a cache, but not the log of the migration.
        said.lines().filter(line -> line.startsWith("slipway: ")).forEach(System.out::println);
        if (exit != 0) {
            throw new IllegalStateException(
                    "the training run of the ahead-of-time cache ended with " + exit + ":\n" + said);
        }
    }
}
