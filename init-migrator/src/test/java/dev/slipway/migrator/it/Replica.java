package dev.slipway.migrator.it;

import dev.slipway.testkit.process.RunningProcess;
import dev.slipway.testkit.process.Signal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** One running migrator. */
record Replica(String pod, RunningProcess process, Path terminationLog) implements AutoCloseable {
    /** As {@code pg_stat_activity} shows it. */
    String applicationName() {
        return "slipway/shop/" + pod;
    }

    void signal(Signal signal) {
        process.signal(signal);
    }

    /** Waits for a log line with this text. */
    void awaitLine(String part) {
        process.awaitLine(part, Migrator.DEADLINE);
    }

    Ended awaitEnd() {
        return awaitEnd(Migrator.DEADLINE);
    }

    Ended awaitEnd(Duration deadline) {
        return new Ended(process.awaitExit(deadline), message());
    }

    private String message() {
        try {
            return Files.exists(terminationLog) ? Files.readString(terminationLog) : "";
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    @Override
    public void close() {
        process.close();
    }
}
