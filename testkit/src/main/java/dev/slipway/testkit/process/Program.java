package dev.slipway.testkit.process;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A program and how to start it. Immutable: each method returns a changed copy.
 *
 * <p>The environment starts out with PATH, HOME and TMPDIR of this process and nothing else, so that a developer's
 * PGPASSWORD or JAVA_TOOL_OPTIONS changes no result.
 *
 * @param folder the working directory; empty for this process's own
 */
public record Program(List<String> command, Map<String, String> env, Optional<Path> folder) {
    /** Names the migrator's jar. */
    public static final String MIGRATOR_JAR = "slipway.jar";
    /** Names the webhook's jar. */
    public static final String WEBHOOK_JAR = "slipway.webhook.jar";
    /** Names the root of the source tree. */
    public static final String ROOT = "slipway.root";

    private static final List<String> INHERITED = List.of("PATH", "HOME", "TMPDIR", "SLIPWAY_JAVA");

    public Program {
        command = List.copyOf(command);
        env = Map.copyOf(env);
    }

    public static Program of(String... command) {
        return new Program(List.of(command), inherited(), Optional.empty());
    }

    /** {@code java -jar} with the Java of this process. */
    public static Program jar(Path jar, String... arguments) {
        return of(java().toString(), "-jar", jar.toString()).withArguments(arguments);
    }

    /**
     * The migrator as the build made it, by its launcher: on the newest JDK with the ahead-of-time cache, as in the image,
     * or on the one that the environment variable {@code SLIPWAY_JAVA} names.
     */
    public static Program migrator(String... arguments) {
        return of(inSourceTree("init-migrator/bin/slipway").toString()).withArguments(arguments);
    }

    /** The webhook's jar, as the build made it; found by the system property {@value #WEBHOOK_JAR}. */
    public static Program webhook(String... arguments) {
        return jar(fileNamedBy(WEBHOOK_JAR), arguments);
    }

    /** A file or folder of the source tree, whose root the system property {@value #ROOT} names. */
    public static Path inSourceTree(String path) {
        return fileNamedBy(ROOT).resolve(path);
    }

    /** The {@code java} that runs this process. */
    public static Path java() {
        return Path.of(System.getProperty("java.home"), "bin", "java");
    }

    public Program withArguments(String... arguments) {
        var all = new ArrayList<>(command);
        all.addAll(List.of(arguments));
        return new Program(all, env, folder);
    }

    public Program withEnv(String name, String value) {
        return withEnv(Map.of(name, value));
    }

    public Program withEnv(Map<String, String> more) {
        var all = new TreeMap<>(env);
        all.putAll(more);
        return new Program(command, all, folder);
    }

    /** Without anything inherited or set so far. */
    public Program withEmptyEnv() {
        return new Program(command, Map.of(), folder);
    }

    public Program inFolder(Path newFolder) {
        return new Program(command, env, Optional.of(newFolder));
    }

    /** Starts it; the caller closes the process. */
    public RunningProcess start() {
        return RunningProcess.start(this);
    }

    /** Names the command only: the environment may hold secrets. */
    @Override
    public String toString() {
        return String.join(" ", command);
    }

    private static Path fileNamedBy(String property) {
        String value = System.getProperty(property);
        if (value == null || !Files.exists(Path.of(value))) {
            throw new IllegalStateException("the system property " + property + " is '" + value
                    + "'; expected an existing path, as the parent POM sets it for the integration tests");
        }
        return Path.of(value);
    }

    private static Map<String, String> inherited() {
        var kept = new TreeMap<>(new ProcessBuilder().environment());
        kept.keySet().retainAll(INHERITED);
        return kept;
    }
}
