package dev.slipway.migrator;

import dev.slipway.contract.ExitCode;
import dev.slipway.migrator.session.Termination;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Map;

/**
 * Runs the whole program on a thread of this JVM, for tests in which a process for each replica would cost too much.
 * Only {@link Main} is missing: the environment, the signals and the exit of the process.
 */
public final class InThisJvm {
    private InThisJvm() {}

    /** The result of a run, and everything that it printed. */
    public record Result(ExitCode exitCode, String output) {}

    public static Result run(Map<String, String> env, String... arguments) {
        var output = new ByteArrayOutputStream();
        var out = new PrintStream(output, true, StandardCharsets.UTF_8);
        var program = new Program(
                env, InputStream.nullInputStream(), out, out, Clock.systemUTC(), new Termination(), System.nanoTime());
        ExitCode exitCode = program.run(arguments);
        return new Result(exitCode, output.toString(StandardCharsets.UTF_8));
    }
}
