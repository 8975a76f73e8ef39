package dev.slipway.testkit.kubernetes;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * One program of the control plane under a guardian: a shell that ends the program as soon as its own standard input is
 * closed. The operating system closes it however this JVM ends, so that a killed test run leaves nothing behind.
 */
final class ControlPlaneProcess implements AutoCloseable {
    private static final Duration SHUTDOWN = Duration.ofSeconds(20);
    private static final String GUARDIAN = """
            trap '' INT HUP
            exec 3<&0
            "$@" </dev/null 3<&- &
            program=$!
            { read -r _ <&3; kill -s TERM $program; } 2>/dev/null &
            watcher=$!
            wait $program
            code=$?
            kill $watcher 2>/dev/null
            exit $code
            """;

    private final String name;
    private final Path log;
    private final Process guardian;

    private ControlPlaneProcess(String name, Path log, Process guardian) {
        this.name = name;
        this.log = log;
        this.guardian = guardian;
    }

    /** @param log receives everything that the program prints */
    static ControlPlaneProcess start(Path program, List<String> arguments, Path log) {
        String name = String.valueOf(program.getFileName());
        var command = new ArrayList<>(List.of("sh", "-c", GUARDIAN, name, program.toString()));
        command.addAll(arguments);
        try {
            return new ControlPlaneProcess(
                    name,
                    log,
                    new ProcessBuilder(command)
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                            .start());
        } catch (IOException failed) {
            throw new UncheckedIOException("cannot start " + program, failed);
        }
    }

    /** @throws IllegalStateException with the end of its log, if the program has ended */
    void requireAlive() {
        if (!guardian.isAlive()) {
            throw new IllegalStateException(name + " ended with exit code " + guardian.exitValue() + "; " + log
                    + " ends with:\n" + lastLines());
        }
    }

    private String lastLines() {
        try {
            List<String> lines = Files.readAllLines(log);
            return String.join("\n", lines.subList(Math.max(0, lines.size() - 10), lines.size()));
        } catch (IOException unreadable) {
            return "(not readable: " + unreadable.getMessage() + ")";
        }
    }

    /** Asks the program to end, and insists after 20 seconds. */
    @Override
    public void close() {
        try {
            guardian.getOutputStream().close();
            if (!guardian.waitFor(SHUTDOWN.toSeconds(), TimeUnit.SECONDS)) {
                kill();
            }
        } catch (IOException alreadyGone) {
            kill();
        } catch (InterruptedException interrupted) {
            kill();
            Thread.currentThread().interrupt();
        }
    }

    /** Without asking, as the kernel does it if memory runs out. Returns when the program is gone. */
    void kill() {
        guardian.descendants().forEach(ProcessHandle::destroyForcibly);
        try {
            if (!guardian.waitFor(SHUTDOWN.toSeconds(), TimeUnit.SECONDS)) {
                guardian.destroyForcibly();
            }
        } catch (InterruptedException interrupted) {
            guardian.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
