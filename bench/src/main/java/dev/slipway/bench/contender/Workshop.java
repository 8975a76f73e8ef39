package dev.slipway.bench.contender;

import dev.slipway.bench.measure.Cost;
import dev.slipway.bench.measure.Invocation;
import dev.slipway.bench.measure.ProcessMeter;
import dev.slipway.bench.migrations.MigrationFormat;
import dev.slipway.bench.migrations.MigrationSet;
import dev.slipway.testkit.postgres.PostgresServer;
import dev.slipway.testkit.postgres.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * Where things are, and what is needed to make ready what is compared.
 *
 * @param root of the repository
 * @param work folder for everything that the benchmarks write
 */
public record Workshop(Path root, Path work, PostgresServer server, ProcessMeter meter) {
    private static final MigrationSet TRAINING = new MigrationSet(20, true);

    Path target(String module, String file) {
        return root.resolve(module).resolve("target").resolve(file);
    }

    /** Where bench/peers/install puts what it downloads. */
    Path peer(String name) {
        return root.resolve("bench/target/peers").resolve(name);
    }

    /** The jars of this module's class path whose names start like one of these, and its own: a cache wants jars only. */
    List<Path> classPath(String... names) throws IOException {
        String all = Files.readString(target("bench", "classpath.txt")).strip();
        Stream<Path> jars = Arrays.stream(all.split(":", -1))
                .map(Path::of)
                .filter(jar -> Arrays.stream(names)
                        .anyMatch(name -> jar.getFileName().toString().startsWith(name)));
        return Stream.concat(Stream.of(ownJar()), jars).toList();
    }

    private Path ownJar() throws IOException {
        try (Stream<Path> files = Files.list(target("bench", ""))) {
            return files.filter(file -> file.getFileName().toString().matches("slipway-bench-.*\\.jar"))
                    .findFirst()
                    .orElseThrow();
        }
    }

    List<Path> jarsBelow(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> file.toString().endsWith(".jar"))
                    .sorted()
                    .toList();
        }
    }

    /** With the migrations of the training runs. */
    Path trainingFolder(MigrationFormat format) throws IOException {
        return TRAINING.folder(work, format);
    }

    /** Runs on a database of their own, one after the other, for the side effect of writing a cache. */
    void train(MigrationFormat format, Contender.Command command) throws IOException, InterruptedException {
        TestDatabase database = server.createDatabase();
        Invocation invocation = command.of(database, trainingFolder(format));
        Cost cost = meter.run(invocation);
        if (!cost.succeeded()) {
            throw new IllegalStateException("training run of " + invocation + " failed: " + cost.output());
        }
        server.dropDatabase(database.name());
    }
}
