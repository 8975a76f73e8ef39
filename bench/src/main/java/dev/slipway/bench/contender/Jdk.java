package dev.slipway.bench.contender;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A JDK on this machine. */
public record Jdk(int major, Path home) {
    private static final Pattern VERSION = Pattern.compile("JAVA_VERSION=\"(\\d+)");
    private static final Path INSTALLED = Path.of("/usr/lib/jvm");

    /** The variable BENCH_JDK17 or the like, else the usual folder of Linux distributions. */
    static Optional<Jdk> find(int major) throws IOException {
        String named = System.getenv("BENCH_JDK" + major);
        if (named != null) {
            return Optional.of(new Jdk(major, Path.of(named)));
        }
        if (!Files.isDirectory(INSTALLED)) {
            return Optional.empty();
        }
        try (Stream<Path> homes = Files.list(INSTALLED)) {
            return homes.sorted()
                    .filter(home -> isMajor(home, major))
                    .findFirst()
                    .map(home -> new Jdk(major, home));
        }
    }

    Path java() {
        return home.resolve("bin").resolve("java");
    }

    private static boolean isMajor(Path home, int major) {
        try {
            Matcher version = VERSION.matcher(Files.readString(home.resolve("release")));
            return version.find() && Integer.parseInt(version.group(1)) == major;
        } catch (IOException none) {
            return false;
        }
    }
}
