package dev.slipway.testkit.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.testkit.process.Program;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The sample application's SQL is sound by itself: no migration tool is needed to see that. */
class SampleMigrationsIT {
    private static final Pattern NAME = Pattern.compile("(?:V([0-9]+)|R)__[a-z0-9_]+\\.sql");

    @PostgresTest
    void everyFileAppliesInOrder(TestDatabase database) {
        inOrder().forEach(file -> database.execute(read(file)));

        assertThat(database.rows("SELECT indexrelid::regclass FROM pg_index WHERE NOT indisvalid"))
                .isEmpty();
        assertThat(database.rows("SELECT conname FROM pg_constraint WHERE NOT convalidated"))
                .isEmpty();
        assertThat(database.query("SELECT count(*) FROM orders WHERE total_cents IS NULL"))
                .isEqualTo("0");
        assertThat(database.query("SELECT count(*) > 0 AND min(items) > 0 FROM order_summary"))
                .isEqualTo("t");
    }

    @PostgresTest
    void repeatableFilesApplyAgain(TestDatabase database) {
        inOrder().forEach(file -> database.execute(read(file)));
        inOrder().stream().filter(file -> version(file).isEmpty()).forEach(file -> database.execute(read(file)));
    }

    @Test
    void namesFollowTheRules() {
        assertThat(inOrder())
                .hasSizeGreaterThanOrEqualTo(8)
                .allSatisfy(file -> assertThat(file.getFileName().toString()).matches(NAME));
        assertThat(inOrder().stream().map(SampleMigrationsIT::version).filter(version -> !version.isEmpty()))
                .doesNotHaveDuplicates();
    }

    @Test
    void aConcurrentIndexIsAloneInItsFile() {
        List<Path> concurrent = inOrder().stream()
                .filter(file -> read(file).contains("CONCURRENTLY"))
                .toList();
        assertThat(concurrent)
                .isNotEmpty()
                .allSatisfy(file ->
                        assertThat(read(file).strip()).containsOnlyOnce(";").endsWith(";"));
    }

    /** Versions by number, then the repeatable files by name. */
    private static List<Path> inOrder() {
        try (Stream<Path> files = Files.list(Program.inSourceTree("migrations/sql"))) {
            return files.filter(Files::isRegularFile)
                    .sorted(Comparator.<Path, Integer>comparing(file ->
                                    version(file).isEmpty() ? Integer.MAX_VALUE : Integer.parseInt(version(file)))
                            .thenComparing(Path::getFileName))
                    .toList();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** Empty for a repeatable file. */
    private static String version(Path file) {
        Matcher name = NAME.matcher(file.getFileName().toString());
        return name.matches() && name.group(1) != null ? name.group(1) : "";
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
