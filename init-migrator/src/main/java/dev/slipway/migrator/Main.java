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
    /** Of the 5 s within which SIGTERM ends the process, what the run may use to roll back. */
    private static final Duration PATIENCE = Duration.ofMillis(4400);

    /** And this long for the last line of the log, as nobody may be reading it. */
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

    /** In whatever locale a container has: its log is JSON, which is UTF-8. */
    private static PrintStream utf8(FileDescriptor descriptor) {
        return new PrintStream(new FileOutputStream(descriptor), true, StandardCharsets.UTF_8);
    }

    /** Runs at every end of the process; after an ordinary one there is nothing to wait for. */
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
