package dev.slipway.migrator;

import dev.slipway.contract.ExitCode;
import dev.slipway.migrator.session.Termination;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;

/** The edge of the process: arguments, environment, signals and exit code. */
public final class Main {
    /** How long the run may take to roll back, of the 5 s within which SIGTERM ends the process. */
    private static final Duration PATIENCE = Duration.ofMillis(4400);

    /** How long the last line of the log may take; the reader of the log may be gone. */
    private static final Duration LAST_WORDS = Duration.ofMillis(200);

    private Main() {}

    public static void main(String[] args) {
        long startNanos = System.nanoTime();
        ShortLife.prepare();
        var termination = new Termination();
        var program = new Program(
                System.getenv(),
                System.in,
                utf8(FileDescriptor.out),
                utf8(FileDescriptor.err),
                Clock.systemUTC(),
                termination,
                startNanos);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> terminate(termination, program), "terminate"));
        ExitCode code = program.run(args);
        termination.runHasEnded();
        if (!termination.hasBegun()) {
            System.exit(code.code());
        }
    }

    /** UTF-8 whatever the locale of the container, because the log is JSON. */
    private static PrintStream utf8(FileDescriptor descriptor) {
        return new PrintStream(new FileOutputStream(descriptor), true, StandardCharsets.UTF_8);
    }

    /** Runs whenever the process ends; after an ordinary end there is nothing to wait for. */
    private static void terminate(Termination termination, Program program) {
        try {
            if (!termination.begin(PATIENCE)) {
                program.reportForRun(LAST_WORDS);
                Runtime.getRuntime().halt(ExitCode.TERMINATED.code());
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
