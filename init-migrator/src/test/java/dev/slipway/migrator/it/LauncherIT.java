package dev.slipway.migrator.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.testkit.process.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With a java that prints its arguments. */
class LauncherIT {
    private static final Instant BUILT = Instant.parse("2026-01-01T12:00:00Z");
    private static final String RELEASE = "JAVA_VERSION=\"25.0.3\"\n";

    @TempDir
    private Path home;

    private Path jar;
    private Path cache;
    private Path java;

    @BeforeEach
    void writeWhatABuildLeaves() throws IOException {
        jar = Files.writeString(Files.createDirectories(home.resolve("lib")).resolve("slipway.jar"), "jar");
        cache = Files.writeString(home.resolve("lib/slipway.jar.aot"), "cache");
        Files.writeString(home.resolve("lib/slipway.jar.aot.release"), RELEASE);
        Files.copy(
                Program.inSourceTree("init-migrator/bin/slipway"),
                Files.createDirectories(home.resolve("bin")).resolve("slipway"));
        java = Files.writeString(
                Files.createDirectories(home.resolve("jdk/bin")).resolve("java"), "#!/bin/sh\necho \"$@\"\n");
        Files.setPosixFilePermissions(java, PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.writeString(home.resolve("jdk/release"), RELEASE);
        Files.setLastModifiedTime(jar, FileTime.from(BUILT));
        Files.setLastModifiedTime(cache, FileTime.from(BUILT.plusSeconds(5)));
    }

    @Test
    void theCacheOfThisJarAndThisJdkIsUsed() {
        assertThat(launch("migrate", "--preflight"))
                .contains("-XX:AOTCache=" + cache, "dev.slipway.migrator.Main migrate --preflight");
    }

    @Test
    void aCacheThatIsOlderThanTheJarIsLeftAside() throws IOException {
        Files.setLastModifiedTime(jar, FileTime.from(BUILT.plusSeconds(10)));

        assertThat(launch("migrate"))
                .contains("dev.slipway.migrator.Main migrate")
                .doesNotContain("AOTCache");
    }

    @Test
    void soIsTheCacheOfAnotherJdk() throws IOException {
        Files.writeString(home.resolve("jdk/release"), "JAVA_VERSION=\"25.0.4\"\n");

        assertThat(launch("migrate"))
                .contains("dev.slipway.migrator.Main migrate")
                .doesNotContain("AOTCache");
    }

    @Test
    void itWorksWithoutACache() throws IOException {
        Files.delete(cache);

        assertThat(launch("migrate"))
                .contains("dev.slipway.migrator.Main migrate")
                .doesNotContain("AOTCache");
    }

    @Test
    void aTrainingRunMayHaveSeveralCommandLines() {
        assertThat(output(launcher().withArguments("migrate", "--", "plan").withEnv("SLIPWAY_AOT", "train")))
                .contains("-XX:AOTCacheOutput=" + cache, "dev.slipway.migrator.Training migrate -- plan");
    }

    @Test
    void aLinkToItWorksAsWell() throws IOException {
        Path first = Files.createSymbolicLink(home.resolve("first"), Path.of("bin/slipway"));
        Path second = Files.createSymbolicLink(
                Files.createDirectories(home.resolve("elsewhere")).resolve("slipway"), first);
        assertThat(output(Program.of("sh", second.toString(), "migrate")))
                .contains("-XX:AOTCache=" + cache.toRealPath(), "dev.slipway.migrator.Main migrate");
    }

    @Test
    void theJavaOfAnArchiveWinsOverANewerOne() throws IOException {
        Path own = Files.createDirectories(home.resolve("jre/bin")).resolve("java");
        Files.writeString(own, "#!/bin/sh\necho own\n");
        Files.setPosixFilePermissions(own, PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.writeString(home.resolve("jdk/release"), "JAVA_VERSION=\"99\"\n");
        try (var running = launcher()
                .withArguments("migrate")
                .withEnv("JAVA_HOME", home.resolve("jdk").toString())
                .withEnv("SLIPWAY_JAVA", "")
                .start()) {
            assertThat(running.awaitExit(Duration.ofMinutes(1)).text()).isEqualTo("own");
        }
    }

    private String launch(String... arguments) {
        return output(launcher().withArguments(arguments));
    }

    private Program launcher() {
        return Program.of("sh", home.resolve("bin/slipway").toString());
    }

    private String output(Program program) {
        try (var running = program.withEnv("SLIPWAY_JAVA", java.toString()).start()) {
            return running.awaitExit(Duration.ofMinutes(1)).text();
        }
    }
}
