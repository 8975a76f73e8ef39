package dev.slipway.bench.migrations;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;

/**
 * So many small migrations: each creates a table.
 *
 * @param concurrentIndex one of them, in the middle, creates an index concurrently instead
 */
public record MigrationSet(int size, boolean concurrentIndex) {
    /** The folder with this set in a format, written if it is not there yet. */
    public Path folder(Path parent, MigrationFormat format) throws IOException {
        Path folder = parent.resolve(format + "-" + size + (concurrentIndex ? "-concurrent" : ""));
        if (!Files.exists(folder)) {
            Files.createDirectories(folder);
            format.write(this, folder);
        }
        return folder;
    }

    /** How many tables a database has when all of them are applied. */
    public int tables() {
        return concurrentIndex ? size - 1 : size;
    }

    List<String> statements() {
        return IntStream.rangeClosed(1, size).mapToObj(this::statement).toList();
    }

    /** @param number from 1 */
    String statement(int number) {
        return isConcurrent(number)
                ? "CREATE INDEX CONCURRENTLY bench_idx ON bench_0001 (note)"
                : "CREATE TABLE bench_%04d (id bigint PRIMARY KEY, note text NOT NULL)".formatted(number);
    }

    boolean isConcurrent(int number) {
        return concurrentIndex && number == size / 2;
    }
}
