package dev.slipway.migrator.it;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.testkit.postgres.TestDatabase;
import dev.slipway.testkit.process.Prerequisite;
import dev.slipway.testkit.process.ProcessResult;
import dev.slipway.testkit.process.Program;
import dev.slipway.testkit.process.RunningProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Objects;

/**
 * Drizzle's own packages, installed by npm as the lock file says. If Node is missing, the test is skipped, or fails if
 * the variable {@code CI} is set.
 */
record NpmProject(Path folder) {
    private static final String SCRIPT = "migrate.mjs";
    private static final List<String> PINNED = List.of("package.json", "package-lock.json");

    /** Drizzle up to 0.x: the newest of its orm. */
    static NpmProject drizzle0() {
        return installed("npm-0");
    }

    /** Drizzle from 1.0 on: orm and kit. */
    static NpmProject drizzle1() {
        return installed("npm-1");
    }

    /** One at a time, even across the JVMs that share a module's tests. */
    private static synchronized NpmProject installed(String name) {
        requireNode();
        Path source = Program.inSourceTree("init-migrator/src/test/resources/drizzle");
        Path folder = Program.inSourceTree("init-migrator").resolve("target").resolve(name);
        try (FileChannel turn = FileChannel.open(Files.createDirectories(folder).resolve("installing"), CREATE, WRITE);
                FileLock mine = turn.lock()) {
            assertThat(mine.isValid()).isTrue();
            Path lock = source.resolve(name).resolve("package-lock.json");
            Path done = folder.resolve("node_modules").resolve("installed-from-lock");
            if (!Files.exists(done) || Files.mismatch(lock, done) >= 0) {
                for (String file : PINNED) {
                    copy(source.resolve(name).resolve(file), folder.resolve(file));
                }
                run(Program.of("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline")
                        .inFolder(folder));
                copy(lock, done);
            }
            copy(source.resolve(SCRIPT), folder.resolve(SCRIPT));
            return new NpmProject(folder);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** Leaves alone what is there already, as another JVM may be running it. */
    private static void copy(Path from, Path to) throws IOException {
        if (!Files.exists(to) || Files.mismatch(from, to) >= 0) {
            Files.copy(from, to, StandardCopyOption.REPLACE_EXISTING);
        }
    }

    private static void requireNode() {
        if (!isOnPath("node") || !isOnPath("npm")) {
            throw Prerequisite.missing("needs node and npm on the PATH");
        }
    }

    private static boolean isOnPath(String program) {
        return List.of(Objects.requireNonNullElse(System.getenv("PATH"), "").split(":")).stream()
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
    }

    private static ProcessResult run(Program program) {
        try (RunningProcess process = program.start()) {
            ProcessResult result = process.awaitExit(Migrator.DEADLINE);
            assertThat(result.exitCode()).as("%s", result).isZero();
            return result;
        }
    }

    /** drizzle-orm's migrate, as an application calls it at its start; it must succeed. */
    void migrate(TestDatabase database, Path migrations, String... table) {
        assertThat(tryToMigrate(database, migrations, table).exitCode())
                .as("exit code of drizzle-orm's migrate")
                .isZero();
    }

    /** The same, however it ends. */
    ProcessResult tryToMigrate(TestDatabase database, Path migrations, String... table) {
        Program node = Program.of("node", SCRIPT, migrations.toString())
                .withArguments(table)
                .withEnv(database.env())
                .inFolder(folder);
        try (RunningProcess process = node.start()) {
            return process.awaitExit(Migrator.DEADLINE);
        }
    }

    /** drizzle-kit in a folder of the project's own, so that it finds the packages. */
    String kit(Path workingFolder, String... arguments) {
        Program kit = Program.of(
                        "node",
                        folder.resolve("node_modules/drizzle-kit/bin.cjs").toString())
                .withArguments(arguments)
                .inFolder(workingFolder);
        return run(kit).text();
    }
}
