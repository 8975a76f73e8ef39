package dev.slipway.e2e.demo;

import dev.slipway.contract.Setting;
import dev.slipway.testkit.kubelet.LocalImage;
import dev.slipway.testkit.process.Program;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.regex.Pattern;
import java.util.spi.ToolProvider;

/** The parts of this machine that stand for container images; each says what its Dockerfile puts where. */
final class Images {
    private static final String JAVA_HOME = System.getProperty("java.home");
    private static final Pattern DRIVER = Pattern.compile("postgresql-[0-9.]+\\.jar$");

    private Images() {}

    /** {@code init-migrator/Dockerfile}: launcher and jar under /opt/slipway. */
    static LocalImage migrator() {
        return withJava(LocalImage.of("/opt/slipway/bin/slipway")
                .withFiles("/opt/slipway/bin", Program.inSourceTree("init-migrator/bin"))
                .withFiles("/opt/slipway/lib/slipway.jar", Program.inSourceTree("init-migrator/target/slipway.jar"))
                .withBuiltInPath(Setting.MIGRATIONS.env(), Setting.DEFAULT_MIGRATIONS)
                .withBuiltInPath(Setting.DATABASE_DIR.env(), Setting.DEFAULT_DATABASE_DIR)
                .withBuiltInPath(Setting.TERMINATION_LOG.env(), Setting.TERMINATION_LOG.defaultText()));
    }

    /** {@code migrations/Dockerfile}: SQL files and nothing else. */
    static LocalImage migrations(Path sql) {
        return LocalImage.of().withFiles(Setting.DEFAULT_MIGRATIONS, sql);
    }

    /**
     * {@code migrations/sample-app/Dockerfile}: one class and the driver.
     *
     * @param folder where the class is compiled to
     */
    static LocalImage sampleApplication(Path folder) throws IOException {
        compile(Program.inSourceTree("migrations/sample-app/ShopApp.java"), folder);
        return withJava(LocalImage.of(
                        Path.of(JAVA_HOME, "bin", "java").toString(),
                        "-Xmx64m",
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-XX:-UsePerfData",
                        "-cp",
                        "/app:/app/lib/postgresql.jar",
                        "ShopApp")
                .withFiles("/app", folder)
                .withEnv("LISTEN_ADDRESS", "127.0.0.1")
                // Pods share this machine's network, so each takes a free port.
                .withEnv("PORT", "0"));
    }

    /** A JDK that is not under /usr is not part of every container's root. */
    private static LocalImage withJava(LocalImage image) {
        LocalImage named = image.withEnv("JAVA_HOME", JAVA_HOME);
        return JAVA_HOME.startsWith("/usr/") ? named : named.withFiles(JAVA_HOME, Path.of(JAVA_HOME));
    }

    private static void compile(Path source, Path folder) throws IOException {
        Files.createDirectories(folder.resolve("lib"));
        Files.copy(driver(), folder.resolve("lib/postgresql.jar"));
        ToolProvider javac = ToolProvider.findFirst("javac")
                .orElseThrow(() -> new IllegalStateException("this Java has no compiler; a JDK is needed"));
        int code = javac.run(System.out, System.err, "-d", folder.toString(), source.toString());
        if (code != 0) {
            throw new IllegalStateException(source + " does not compile");
        }
    }

    private static Path driver() {
        return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator, -1))
                .map(Path::of)
                .filter(each -> DRIVER.matcher(each.toString()).find())
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("the PostgreSQL driver is not on the class path"));
    }
}
