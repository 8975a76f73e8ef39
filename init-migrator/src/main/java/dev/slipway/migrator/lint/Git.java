package dev.slipway.migrator.lint;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Runs git's own program in a folder. It only asks questions: nothing of the repository is changed or executed. */
final class Git {
    private final Path folder;

    Git(Path folder) {
        this.folder = folder;
    }

    /** git ended with another code than 0, and this is what it printed. */
    static final class Refused extends Exception {
        private static final long serialVersionUID = 1L;

        Refused(String message) {
            super(message, null, false, false);
        }
    }

    /** One line of output, without its end. */
    String line(String... arguments) throws Refused, IOException {
        return new String(run(new byte[0], arguments), StandardCharsets.UTF_8).stripTrailing();
    }

    /** @param input for its standard input */
    byte[] run(byte[] input, String... arguments) throws Refused, IOException {
        // Hooks and monitors are programs of the repository.
        var command = new ArrayList<>(List.of("git", "-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null"));
        command.addAll(List.of(arguments));
        var builder = new ProcessBuilder(command).directory(folder.toFile());
        builder.environment().put("GIT_TERMINAL_PROMPT", "0");
        builder.environment().put("LC_ALL", "C");
        Process process = builder.start();
        var errors = new ByteArrayOutputStream();
        var readsErrors = new Thread(() -> copy(process.getErrorStream(), errors), "git-errors");
        var writes = new Thread(() -> write(input, process.getOutputStream()), "git-input");
        readsErrors.start();
        writes.start();
        try {
            byte[] output = process.getInputStream().readAllBytes();
            int code = process.waitFor();
            readsErrors.join();
            if (code != 0) {
                throw new Refused(errors.toString(StandardCharsets.UTF_8).strip());
            }
            return output;
        } catch (InterruptedException ended) {
            process.destroy();
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", ended);
        }
    }

    private static void copy(InputStream from, OutputStream to) {
        try {
            from.transferTo(to);
        } catch (IOException ended) {
            // Then its exit code has to do.
        }
    }

    /** git may end before it has read everything; its exit code tells why. */
    private static void write(byte[] input, OutputStream to) {
        try (to) {
            to.write(input);
        } catch (IOException closed) {
            // Then the reader of the output reports it.
        }
    }
}
