package dev.slipway.e2e;

import dev.slipway.testkit.process.Prerequisite;
import dev.slipway.testkit.process.ProcessResult;
import dev.slipway.testkit.process.Program;
import dev.slipway.testkit.process.RunningProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Helm, as a user calls it on our chart.
 *
 * @param program the {@code helm} to run
 * @param home where it keeps what it learns, instead of the user's own place
 */
record Helm(Path program, Path home) {
    /** The variable that names the program; without it the PATH is searched. */
    static final String VARIABLE = "SLIPWAY_HELM";

    /** The namespace that the kustomize base names. */
    static final String NAMESPACE = "slipway-system";

    static final String RELEASE = "slipway";

    private static final Duration DEADLINE = Duration.ofMinutes(10);

    /** Skips the test if there is no Helm; fails it in CI. */
    static Helm find(Path home) {
        return named().or(Helm::onThePath)
                .map(program -> new Helm(program, home))
                .orElseThrow(() -> Prerequisite.missing("no Helm: run: export " + VARIABLE
                        + "=\"$(.ci/helm/get)\" (builds it once, from its Go module)"));
    }

    private static Optional<Path> named() {
        return Optional.ofNullable(System.getenv(VARIABLE)).map(Path::of);
    }

    private static Optional<Path> onThePath() {
        return Stream.of(System.getenv("PATH").split(":", -1))
                .map(folder -> Path.of(folder, "helm"))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /** What the chart renders, as YAML documents. */
    String template(List<String> flags) {
        ProcessResult result = tryTemplate(flags);
        requireSuccess("template", result);
        return String.join("\n", result.stdout());
    }

    /** The same if it may fail. */
    ProcessResult tryTemplate(List<String> flags) {
        return tryRun(withFlags(flags, "template", RELEASE, Manifests.CHART.toString(), "--namespace=" + NAMESPACE));
    }

    /** Runs any command to its end and returns what it said. */
    String run(String... command) {
        ProcessResult result = tryRun(List.of(command));
        requireSuccess(command[0], result);
        return result.text();
    }

    /** Runs any command to its end, however that is. */
    ProcessResult tryRun(List<String> command) {
        Program helm = Program.of(program.toString())
                .withArguments(command.toArray(String[]::new))
                .withEnv("HELM_CACHE_HOME", home.resolve("cache").toString())
                .withEnv("HELM_CONFIG_HOME", home.resolve("config").toString())
                .withEnv("HELM_DATA_HOME", home.resolve("data").toString());
        try (RunningProcess process = helm.start()) {
            return process.awaitExit(DEADLINE);
        }
    }

    private static List<String> withFlags(List<String> flags, String... command) {
        return Stream.concat(Stream.of(command), flags.stream()).toList();
    }

    private static void requireSuccess(String command, ProcessResult result) {
        if (result.exitCode() != 0) {
            throw new AssertionError("helm " + command + ": " + result);
        }
    }
}
