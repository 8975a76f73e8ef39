package dev.slipway.migrator.it;

import dev.slipway.testkit.process.Program;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A folder as drizzle-kit 0.31 wrote it, of which an image carries the first migrations only: orders (0), rows (1), amounts
 * with a concurrent index (2), greeting with <code>${name}</code> (3), tax (4), total (5).
 */
record DrizzleFolder(Path folder) {
    static final int ALL = 6;
    static final List<String> TAGS =
            List.of("0000_orders", "0001_sample_rows", "0002_amounts", "0003_greeting", "0004_tax", "0005_total");

    private static Path source() {
        return Program.inSourceTree("init-migrator/src/test/resources/drizzle/project-0");
    }

    /** A journal with the first entries, and their files; existing files stay the same. */
    static DrizzleFolder of(Path parent, int count) {
        try {
            var drizzle = new DrizzleFolder(parent.resolve("drizzle-" + count));
            if (Files.exists(drizzle.folder())) {
                return drizzle;
            }
            Files.createDirectories(drizzle.meta());
            for (String tag : TAGS.subList(0, count)) {
                String number = tag.substring(0, 4);
                Files.copy(source().resolve(tag + ".sql"), drizzle.sql(tag));
                String snapshot = "meta/" + number + "_snapshot.json";
                Files.copy(source().resolve(snapshot), drizzle.folder().resolve(snapshot));
            }
            return drizzle.withJournal(entries().subList(0, count));
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** What drizzle-kit wrote about each migration, as JSON. */
    static List<String> entries() {
        try {
            String journal = Files.readString(source().resolve("meta/_journal.json"));
            String list = journal.substring(journal.indexOf('[') + 1, journal.lastIndexOf(']'));
            return Stream.of(list.split("(?<=})\\s*,")).map(String::strip).toList();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** The {@code when} of a migration. */
    static long when(int index) {
        return Long.parseLong(entries().get(index).replaceAll("(?s).*\"when\": (\\d+).*", "$1"));
    }

    /** Its version in our history. */
    static String version(int index) {
        return DateTimeFormatter.ofPattern("yyyyMMddHHmmss")
                .withZone(ZoneOffset.UTC)
                .format(Instant.ofEpochMilli(when(index)));
    }

    static List<Long> whens(int count) {
        return IntStream.range(0, count).mapToObj(DrizzleFolder::when).toList();
    }

    DrizzleFolder withJournal(List<String> entries) {
        return withJournal(entries.stream()
                .collect(Collectors.joining(
                        ",", "{\"version\": \"7\", \"dialect\": \"postgresql\", \"entries\": [", "]}")));
    }

    DrizzleFolder withJournal(String text) {
        return with("meta/_journal.json", text);
    }

    DrizzleFolder with(String name, String text) {
        try {
            Files.createDirectories(folder.resolve(name).getParent());
            Files.writeString(folder.resolve(name), text);
            return this;
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    DrizzleFolder without(String name) {
        try {
            Files.delete(folder.resolve(name));
            return this;
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    String text(String name) {
        try {
            return Files.readString(folder.resolve(name));
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private Path meta() {
        return folder.resolve("meta");
    }

    private Path sql(String tag) {
        return folder.resolve(tag + ".sql");
    }

    Scripts scripts() {
        return new Scripts(folder);
    }
}
