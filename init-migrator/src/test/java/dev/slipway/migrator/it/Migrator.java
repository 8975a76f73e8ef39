package dev.slipway.migrator.it;

import dev.slipway.contract.Setting;
import dev.slipway.testkit.postgres.TestDatabase;
import dev.slipway.testkit.process.Program;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * How a test starts the migrator: as a process of its own, which gets its database and migrations from the environment,
 * as in a pod. Immutable; each method returns a changed copy.
 */
record Migrator(boolean launched, Map<String, String> env, Path folder) {
    /** Far longer than any run, because the machine may be busy: it only ends a test that hangs. */
    static final Duration DEADLINE = Duration.ofMinutes(2);

    Migrator {
        env = Map.copyOf(env);
    }

    /** @param folder for what a run writes beside its output, such as the termination message */
    static Migrator of(TestDatabase database, Scripts scripts, Path folder) {
        return new Migrator(true, database.env(), folder)
                .with(Setting.MIGRATIONS, scripts.folder().toString())
                .with(Setting.POD_NAMESPACE, "shop")
                .with(Setting.LOG_FORMAT, "json");
    }

    /** By {@code java -jar}, with the Java of this process. */
    Migrator withoutLauncher() {
        return new Migrator(false, env, folder);
    }

    Migrator with(Setting<?> setting, String value) {
        return withEnv(setting.env(), value);
    }

    Migrator withEnv(String name, String value) {
        var all = new TreeMap<>(env);
        all.put(name, value);
        return new Migrator(launched, all, folder);
    }

    Migrator withoutEnv(String... names) {
        var all = new TreeMap<>(env);
        all.keySet().removeAll(List.of(names));
        return new Migrator(launched, all, folder);
    }

    /** {@code slipway migrate} in this pod; the caller closes it. */
    Replica start(String pod) {
        return start(pod, "migrate");
    }

    Replica start(String pod, String... arguments) {
        Path message = folder.resolve("termination-" + pod);
        Program program = program(arguments)
                .withEnv(Setting.POD_NAME.env(), pod)
                .withEnv(Setting.TERMINATION_LOG.env(), message.toString());
        return new Replica(pod, program.start(), message);
    }

    /** {@code slipway migrate} to its end. */
    Ended run() {
        return run("migrate");
    }

    Ended run(String... arguments) {
        try (Replica replica = start("api-0", arguments)) {
            return replica.awaitEnd();
        }
    }

    /** Outside a pod, where a pre-flight runs every check. */
    Ended runByHand(String... arguments) {
        Path message = folder.resolve("termination-by-hand");
        Program program = program(arguments).withEnv(Setting.TERMINATION_LOG.env(), message.toString());
        try (Replica process = new Replica("", program.start(), message)) {
            return process.awaitEnd();
        }
    }

    /** In a pod without a name. */
    Program program(String... arguments) {
        Program program = launched
                ? Program.migrator(arguments)
                : Program.jar(Path.of(System.getProperty(Program.MIGRATOR_JAR)), arguments);
        return program.withEnv(env);
    }
}
