package dev.slipway.testkit.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** The webhook's jar as the image starts it, with the heap that the manifests' memory limit leaves it. */
public final class ImageFlags {
    private static final Pattern FLAG = Pattern.compile("\"(-[XD][^\"]*)\"");
    private static final long MEMORY_LIMIT = 320L << 20;

    private ImageFlags() {}

    /** On loopback and free ports. */
    public static Program webhook(Map<String, String> env) {
        var command = new ArrayList<>(javaWithFlags());
        command.add("-jar");
        command.add(System.getProperty(Program.WEBHOOK_JAR));
        return program(command, env);
    }

    public static List<String> javaWithFlags() {
        var command = new ArrayList<String>();
        command.add(Program.java().toString());
        // The image's Java is newer than the one of the tests may be.
        command.add("-XX:+IgnoreUnrecognizedVMOptions");
        flags().filter(flag -> !flag.contains("aot") && !flag.contains("AOT")).forEach(command::add);
        command.add("-XX:MaxRAM=" + MEMORY_LIMIT);
        return command;
    }

    public static Program program(List<String> command, Map<String, String> env) {
        return Program.of(command.toArray(String[]::new))
                .withEnv(Map.of(
                        "SLIPWAY_WEBHOOK_LISTEN_ADDRESS", "127.0.0.1",
                        "SLIPWAY_WEBHOOK_LISTEN_PORT", "0",
                        "SLIPWAY_WEBHOOK_MANAGEMENT_PORT", "0",
                        "SLIPWAY_WEBHOOK_DRAIN", "1s"))
                .withEnv(env);
    }

    private static java.util.stream.Stream<String> flags() {
        try {
            String dockerfile = Files.readString(Program.inSourceTree("webhook/Dockerfile"));
            String entrypoint = dockerfile.substring(dockerfile.indexOf("ENTRYPOINT"));
            return FLAG.matcher(entrypoint).results().map((MatchResult found) -> found.group(1));
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }
}
