package dev.slipway.migrator;

import dev.slipway.contract.ExitCode;
import dev.slipway.migrator.session.Termination;
import java.time.Clock;
import java.time.Duration;

/** The edge of the process: arguments, environment, signals and exit code. */
public final class Main {
    /** Of the 5 s within which SIGTERM ends the process, what the run may use to roll back. */
    private static final Duration PATIENCE = Duration.ofMillis(4500);

    private Main() {}

    public static void main(String[] args) {
        long startNanos = System.nanoTime();
        var termination = new Termination();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> terminate(termination), "terminate"));
        var program = new Program(System.getenv(), System.out, System.err, Clock.systemUTC(), termination, startNanos);
        ExitCode code = program.run(args);
        termination.runHasEnded();
        if (!termination.hasBegun()) {
            System.exit(code.code());
        }
    }

    /** Runs at every end of the process; after an ordinary one there is nothing to wait for. */
    private static void terminate(Termination termination) {
        try {
            if (!termination.begin(PATIENCE)) {
                Runtime.getRuntime().halt(ExitCode.TERMINATED.code());
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
