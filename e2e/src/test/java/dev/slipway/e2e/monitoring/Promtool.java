package dev.slipway.e2e.monitoring;

import dev.slipway.testkit.process.Prerequisite;
import dev.slipway.testkit.process.ProcessResult;
import dev.slipway.testkit.process.Program;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/** Prometheus' own checker of rules: the one that the variable {@code PROMTOOL} names, or the first on the PATH. */
public final class Promtool {
    private static final Duration DEADLINE = Duration.ofMinutes(2);

    private Promtool() {}

    public static ProcessResult run(Path folder, String... arguments) {
        Program promtool =
                Program.of(find().toString()).withArguments(arguments).inFolder(folder);
        try (var running = promtool.start()) {
            return running.awaitExit(DEADLINE);
        }
    }

    private static Path find() {
        Optional<Path> named = Optional.ofNullable(System.getenv("PROMTOOL")).map(Path::of);
        return named.or(Promtool::onThePath)
                .filter(Files::isExecutable)
                .orElseThrow(() -> Prerequisite.missing("promtool is missing; get it with:"
                        + " export PROMTOOL=\"$(.ci/prometheus/get)\" (PROMTOOL is '" + System.getenv("PROMTOOL")
                        + "')"));
    }

    private static Optional<Path> onThePath() {
        String path = Objects.requireNonNullElse(System.getenv("PATH"), "");
        return Stream.of(path.split(File.pathSeparator, -1))
                .map(folder -> Path.of(folder, "promtool"))
                .filter(Files::isExecutable)
                .findFirst();
    }
}
