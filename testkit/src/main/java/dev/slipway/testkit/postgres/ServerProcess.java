package dev.slipway.testkit.postgres;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A running server under a guardian: a small shell process that ends the server, and deletes its folder, as soon as its
 * standard input is closed. The operating system closes it when this JVM ends in any way, so that even a killed
 * test run leaves no server behind.
 */
final class ServerProcess {
    /** The deadline of a fast shutdown; it is generous because the machine may be busy. */
    private static final Duration SHUTDOWN = Duration.ofSeconds(60);

    /**
     * Parameters: the folder, then the server's command. A line "fast" or "immediate" on standard input ends the server
     * that way and keeps the folder. The file "ended" shows that it ended, even without a request.
     */
    private static final String GUARDIAN = """
            trap '' INT HUP TERM
            folder=$1; shift
            exec 3<&0
            "$@" </dev/null 3<&- &
            server=$!
            {
              read -r mode <&3
              case $mode in
                fast) kill -s INT $server ;;
                immediate) kill -s QUIT $server ;;
                *) : >"$folder/abandoned"; kill -s QUIT $server ;;
              esac
            } 2>/dev/null &
            watcher=$!
            wait $server
            : >"$folder/ended"
            wait $watcher
            [ ! -e "$folder/abandoned" ] || rm -rf "$folder"
            """;

    private final Process guardian;
    private final Path ended;

    private ServerProcess(Process guardian, Path ended) {
        this.guardian = guardian;
        this.ended = ended;
    }

    /** @param log receives everything that the server prints */
    static ServerProcess start(Path folder, Path log, List<String> command) {
        var all = new ArrayList<>(List.of("sh", "-c", GUARDIAN, "guardian", folder.toString()));
        all.addAll(command);
        Path ended = folder.resolve("ended");
        try {
            Files.deleteIfExists(ended);
            Process guardian = new ProcessBuilder(all)
                    .directory(folder.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                    .start();
            return new ServerProcess(guardian, ended);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    boolean isAlive() {
        return guardian.isAlive() && !Files.exists(ended);
    }

    /** Ends the server and returns when it is gone. A fast stop that takes too long becomes an immediate one. */
    void stop(boolean immediate) {
        if (!send(immediate ? "immediate" : "fast")) {
            return;
        }
        try {
            if (!guardian.waitFor(SHUTDOWN.toSeconds(), TimeUnit.SECONDS)) {
                guardian.descendants().forEach(ProcessHandle::destroyForcibly);
                guardian.waitFor();
            }
        } catch (InterruptedException interrupted) {
            guardian.descendants().forEach(ProcessHandle::destroyForcibly);
            Thread.currentThread().interrupt();
        }
    }

    /** Whether the guardian still listened. */
    private boolean send(String mode) {
        try (OutputStream out = guardian.getOutputStream()) {
            out.write((mode + "\n").getBytes(StandardCharsets.US_ASCII));
            return true;
        } catch (IOException gone) {
            return false;
        }
    }
}
