package dev.slipway.testkit.process;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * A real process whose output is collected line by line. Thread-safe.
 *
 * <p>{@link #close} kills it if it still runs, and so does the end of this JVM by anything short of SIGKILL.
 */
public final class RunningProcess implements AutoCloseable {
    /** A grandchild that keeps the stream open must not hold us up for ever. */
    private static final Duration LAST_OUTPUT = Duration.ofSeconds(10);

    private final Program program;
    private final Process process;
    private final long startedAt = System.nanoTime();
    private final List<OutputLine> output = new ArrayList<>();
    private final List<Thread> readers;
    private final Thread killer;
    private final Consumer<OutputLine> listener;

    private RunningProcess(Program program, Process process, Consumer<OutputLine> listener) {
        this.program = program;
        this.process = process;
        this.listener = listener;
        this.readers = List.of(
                reader(OutputLine.Stream.STDOUT, process.getInputStream()),
                reader(OutputLine.Stream.STDERR, process.getErrorStream()));
        this.killer = new Thread(process::destroyForcibly, "kill " + process.pid());
    }

    static RunningProcess start(Program program) {
        return start(program, line -> {});
    }

    /** @param listener receives each line as it arrives, on a thread of its own for each stream */
    public static RunningProcess start(Program program, Consumer<OutputLine> listener) {
        try {
            var builder = new ProcessBuilder(program.command());
            builder.environment().clear();
            builder.environment().putAll(program.env());
            program.folder().ifPresent(folder -> builder.directory(folder.toFile()));
            Process process = builder.start();
            process.getOutputStream().close();
            var running = new RunningProcess(program, process, listener);
            running.readers.forEach(Thread::start);
            running.killAtTheEndOfThisJvm();
            return running;
        } catch (IOException failed) {
            throw new UncheckedIOException("cannot start " + program, failed);
        }
    }

    private void killAtTheEndOfThisJvm() throws IOException {
        try {
            Runtime.getRuntime().addShutdownHook(killer);
        } catch (IllegalStateException shuttingDown) {
            process.destroyForcibly();
            throw new IOException("this JVM is ending", shuttingDown);
        }
    }

    public long pid() {
        return process.pid();
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /** What was printed so far, both streams in the order of arrival. */
    public List<OutputLine> output() {
        synchronized (output) {
            return List.copyOf(output);
        }
    }

    /** {@link #output} as one text. */
    public String text() {
        return String.join("\n", output().stream().map(OutputLine::text).toList());
    }

    /** Since the start. */
    public Duration age() {
        return Duration.ofNanos(System.nanoTime() - startedAt);
    }

    /**
     * Waits for the end.
     *
     * @throws AssertionError with the output so far, if it still runs after the deadline; it is killed then
     */
    public ProcessResult awaitExit(Duration deadline) {
        try {
            if (!process.waitFor(deadline.toMillis(), TimeUnit.MILLISECONDS)) {
                throw tooLate("did not end", deadline);
            }
            return result();
        } catch (InterruptedException interrupted) {
            throw interrupted(interrupted);
        }
    }

    /** Waits for the end, however long that takes. */
    public ProcessResult awaitExit() {
        try {
            process.waitFor();
            return result();
        } catch (InterruptedException interrupted) {
            throw interrupted(interrupted);
        }
    }

    /** Whether it ends within this time; it goes on if not. */
    public boolean endsWithin(Duration time) {
        try {
            return process.waitFor(time.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException interrupted) {
            throw interrupted(interrupted);
        }
    }

    private ProcessResult result() throws InterruptedException {
        Duration duration = age();
        for (Thread reader : readers) {
            reader.join(LAST_OUTPUT.toMillis());
        }
        forgetKiller();
        return new ProcessResult(process.exitValue(), output(), duration);
    }

    /**
     * Waits for a line on either stream, printed already or to come.
     *
     * @throws AssertionError with the output so far, if there is none after the deadline, or at the process's end
     */
    public OutputLine awaitLine(Predicate<String> wanted, Duration deadline) {
        long end = System.nanoTime() + deadline.toNanos();
        while (true) {
            boolean complete = readers.stream().noneMatch(Thread::isAlive);
            Optional<OutputLine> found =
                    output().stream().filter(line -> wanted.test(line.text())).findFirst();
            if (found.isPresent()) {
                return found.get();
            }
            if (complete || System.nanoTime() > end) {
                throw tooLate(complete ? "ended without the line that was waited for" : "did not print it", deadline);
            }
            pause();
        }
    }

    /** {@link #awaitLine(Predicate, Duration)} for a line that contains a text. */
    public OutputLine awaitLine(String part, Duration deadline) {
        return awaitLine(line -> line.contains(part), deadline);
    }

    /** Sends a signal to this process only, not to its children. */
    public void signal(Signal signal) {
        // A shell's own kill: the program of that name is not installed everywhere.
        try {
            Process kill = new ProcessBuilder("sh", "-c", "kill -s \"$0\" \"$1\"", signal.name(), "" + pid())
                    .inheritIO()
                    .start();
            if (kill.waitFor() != 0 && process.isAlive()) {
                throw new IllegalStateException("SIG" + signal + " did not reach " + this);
            }
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        } catch (InterruptedException interrupted) {
            throw interrupted(interrupted);
        }
    }

    /** Kills the process and its descendants, and returns when it is gone. */
    @Override
    public void close() {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
        try {
            process.waitFor();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        forgetKiller();
    }

    @Override
    public String toString() {
        return "process " + pid() + " (" + program + ")";
    }

    private void forgetKiller() {
        try {
            Runtime.getRuntime().removeShutdownHook(killer);
        } catch (IllegalStateException shuttingDown) {
            // Then it runs, and finds nothing to kill.
        }
    }

    private Thread reader(OutputLine.Stream stream, InputStream in) {
        var thread = new Thread(() -> read(stream, in), "output of " + process.pid());
        thread.setDaemon(true);
        return thread;
    }

    private void read(OutputLine.Stream stream, InputStream in) {
        try (var lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
            for (String text = lines.readLine(); text != null; text = lines.readLine()) {
                var line = new OutputLine(age(), stream, text);
                synchronized (output) {
                    output.add(line);
                }
                listener.accept(line);
            }
        } catch (IOException closed) {
            // The process was killed while it printed.
        }
    }

    private AssertionError tooLate(String what, Duration deadline) {
        var error = new AssertionError(
                this + " " + what + " within " + deadline.toSeconds() + " s; it printed:\n" + text());
        close();
        return error;
    }

    private static void pause() {
        try {
            Thread.sleep(10);
        } catch (InterruptedException interrupted) {
            throw interrupted(interrupted);
        }
    }

    private static IllegalStateException interrupted(InterruptedException cause) {
        Thread.currentThread().interrupt();
        return new IllegalStateException("interrupted while waiting for a process", cause);
    }
}
