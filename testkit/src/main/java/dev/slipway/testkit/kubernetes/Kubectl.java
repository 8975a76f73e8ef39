package dev.slipway.testkit.kubernetes;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Runs kubectl as a user would. Each call is a process of its own; thread-safe.
 *
 * @param cache where it keeps what it learns of API servers; empty for the user's own place
 */
public record Kubectl(Path program, Path kubeconfig, Optional<Path> cache) {
    private static final Duration DEADLINE = Duration.ofMinutes(10);

    /** What kubectl said, and how it ended. */
    public record Result(int exitCode, String output, String errors) {
        /** Both streams, as a person at a terminal sees them. */
        public String text() {
            return output + errors;
        }
    }

    /** With a cache of its own: discovery of an earlier control plane on the same port would mislead it. */
    public static Kubectl withOwnCache(Path program, Path kubeconfig) {
        return new Kubectl(program, kubeconfig, Optional.of(kubeconfig.resolveSibling("kubectl-cache")));
    }

    /** As the user calls it at a terminal. */
    public static Kubectl withUsersCache(Path program, Path kubeconfig) {
        return new Kubectl(program, kubeconfig, Optional.empty());
    }

    /** kubectl for another user. */
    public Kubectl as(Path otherKubeconfig) {
        return new Kubectl(program, otherKubeconfig, cache);
    }

    /** Runs it to its end, however that is. */
    public Result tryRun(String... arguments) {
        return tryRunWith("", arguments);
    }

    /** The same with a text on standard input, for {@code -f -}. */
    public Result tryRunWith(String input, String... arguments) {
        var command = new ArrayList<>(List.of(program.toString(), "--kubeconfig=" + kubeconfig));
        command.addAll(List.of(arguments));
        try {
            return run(command, input);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while running " + command, interrupted);
        }
    }

    /**
     * Runs it and returns its standard output.
     *
     * @throws AssertionError with everything that it said, if the exit code is not 0
     */
    public String run(String... arguments) {
        return runWith("", arguments);
    }

    /** The same with a text on standard input. */
    public String runWith(String input, String... arguments) {
        Result result = tryRunWith(input, arguments);
        if (result.exitCode() != 0) {
            throw new AssertionError("kubectl " + String.join(" ", arguments) + " ended with exit code "
                    + result.exitCode() + ":\n" + result.text());
        }
        return result.output();
    }

    private Result run(List<String> command, String input) throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory("slipway-kubectl-");
        Path out = folder.resolve("out");
        Path err = folder.resolve("err");
        try {
            ProcessBuilder builder =
                    new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
            cache.ifPresent(place -> builder.environment().put("KUBECACHEDIR", place.toString()));
            Process process = builder.start();
            try (var stdin = process.getOutputStream()) {
                stdin.write(input.getBytes(StandardCharsets.UTF_8));
            }
            if (!process.waitFor(DEADLINE.toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
                throw new AssertionError("kubectl did not end within " + DEADLINE.toSeconds() + " s: " + command);
            }
            return new Result(process.exitValue(), Files.readString(out), Files.readString(err));
        } finally {
            Files.deleteIfExists(out);
            Files.deleteIfExists(err);
            Files.deleteIfExists(folder);
        }
    }
}
