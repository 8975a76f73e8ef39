package dev.slipway.migrator.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.testkit.postgres.PostgresTest;
import dev.slipway.testkit.postgres.TestDatabase;
import dev.slipway.testkit.process.ProcessResult;
import dev.slipway.testkit.process.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;

/**
 * The archive of a release, unpacked on a machine without Java. A build tries one without an ahead-of-time cache, which takes seconds to
 * make; {@code .ci/release archive} the one that is published, which has to start with its cache.
 */
class ArchiveIT {
    private static final String GIVEN = System.getProperty("slipway.archive", "");

    @TempDir
    private Path folder;

    @PostgresTest(onOneMajor = true)
    void whatIsUnpackedMigrates(TestDatabase database) throws Exception {
        Scripts scripts = Scripts.in(folder).with("V1__orders.sql", "create table orders (id int primary key);");
        assertThat(end(Program.of("tar", "-C", folder.toString(), "-xzf", GIVEN.isEmpty() ? make() : GIVEN))
                        .exitCode())
                .isZero();
        Path bin = Files.createDirectory(folder.resolve("bin"));
        try (var unpacked = Files.newDirectoryStream(folder, "slipway-*")) {
            Files.createSymbolicLink(
                    bin.resolve("slipway"), unpacked.iterator().next().resolve("bin/slipway"));
        }
        Map<String, String> path = Map.of(
                "PATH",
                bin + ":/usr/bin:/bin",
                "JAVA_HOME",
                "/nowhere",
                "JAVA_OPTS",
                GIVEN.isEmpty() ? "" : "-XX:AOTMode=on");
        assertThat(end(slipway("--version").withEnv(path)).text()).startsWith("slipway ");
        ProcessResult migrated =
                end(slipway("migrate", "--migrations", scripts.folder().toString())
                        .withEnv(database.env())
                        .withEnv(path));
        assertThat(migrated.exitCode()).as("%s", migrated).isZero();
        assertThat(database.rows("select script from flyway_schema_history")).hasSize(1);
    }

    private String make() throws IOException {
        Path out = Files.createDirectory(folder.resolve("out"));
        ProcessResult made =
                end(Program.of(Program.inSourceTree("init-migrator/bin/archive").toString(), "--built", out.toString())
                        .withEnv("JAVA_HOME", System.getProperty("java.home")));
        assertThat(made.exitCode()).as("%s", made).isZero();
        return made.stdout().get(made.stdout().size() - 1);
    }

    private Program slipway(String... arguments) {
        return Program.of(folder.resolve("bin/slipway").toString())
                .withEmptyEnv()
                .withArguments(arguments);
    }

    private static ProcessResult end(Program program) {
        try (var running = program.start()) {
            return running.awaitExit(Duration.ofMinutes(3));
        }
    }
}
