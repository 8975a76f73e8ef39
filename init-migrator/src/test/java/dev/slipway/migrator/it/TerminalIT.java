package dev.slipway.migrator.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.testkit.postgres.PostgresTest;
import dev.slipway.testkit.postgres.TestDatabase;
import dev.slipway.testkit.process.Prerequisite;
import dev.slipway.testkit.process.ProcessResult;
import dev.slipway.testkit.process.Program;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On a pseudo terminal, which {@code script} makes, and beside it on none. */
class TerminalIT {
    private static final Path SCRIPT = Path.of("/usr/bin/script");

    /** Each row takes a millisecond, and each page has some fifteen rows. */
    private static final String SLOW_INDEX = """
            create table orders (id int, note text);
            insert into orders select i, repeat('x', 500) from generate_series(1, 5000) i;
            create function slow(id int) returns int language plpgsql immutable
              as $$ begin perform pg_sleep(0.001); return id; end $$;
            analyze orders;
            """;

    @TempDir
    private Path folder;

    private Scripts scripts;

    @BeforeEach
    void findScript() {
        if (!Files.isExecutable(SCRIPT)) {
            throw Prerequisite.missing("script is missing; install it with: apt-get install bsdutils");
        }
        scripts = Scripts.in(folder)
                .with("V1__orders_with_a_name_that_is_long.sql", "create table orders (id int primary key);")
                .with("V2__note.sql", "alter table orders alter column id type bigint;");
    }

    @PostgresTest(onOneMajor = true)
    void everyLineFits(TestDatabase database) {
        onTerminal(database.env(), 80, "migrate", "--migrations", sql());
        scripts.with("V3__more.sql", "create index on orders (id);\nalter table orders add check (id > 0);");
        for (int width : new int[] {40, 80, 200}) {
            for (String command : List.of("status", "plan", "preflight", "validate")) {
                ProcessResult ended = onTerminal(database.env(), width, command, "--migrations", sql());
                assertThat(plain(ended))
                        .as("%s at %d", command, width)
                        .allSatisfy(line -> assertThat(line)
                                .satisfiesAnyOf(
                                        each -> assertThat(each.length()).isLessThanOrEqualTo(width),
                                        each -> assertThat(each.strip()).doesNotContain(" ")));
                assertThat(ended.exitCode()).isZero();
            }
        }
        assertThat(onTerminal(database.env(), 80, "status", "--migrations", sql())
                        .text())
                .contains("V1__orders_with_a_name_that_is_long.sql");
    }

    @PostgresTest(onOneMajor = true)
    void errorsAndHazardsAreColouredIfTheTerminalHasColours(TestDatabase database) {
        onTerminal(database.env(), 80, "migrate", "--migrations", sql());
        scripts.with("V3__more.sql", "create index on orders (id);").with("V4__bad.sql", "create tabel x (id int);");
        String plan =
                onTerminal(database.env(), 80, "plan", "--migrations", sql()).text();
        assertThat(plan).contains("\u001b[33m! line 1:\u001b[0m");
        String failed =
                onTerminal(database.env(), 80, "migrate", "--migrations", sql()).text();
        assertThat(failed).contains("Z  \u001b[31merror:\u001b[0m ").contains("V4__bad.sql");
        for (Map<String, String> without : List.of(Map.of("NO_COLOR", "1"), Map.of("TERM", "dumb"))) {
            var env = new TreeMap<>(database.env());
            env.putAll(without);
            for (String command : List.of("plan", "migrate")) {
                assertThat(onTerminal(env, 80, command, "--migrations", sql()).text())
                        .as("%s", without)
                        .doesNotContain("\u001b");
            }
        }
    }

    @PostgresTest
    void howFarAnIndexIsStandsInOneLineThatIsWrittenOver(TestDatabase database) {
        scripts.with("V3__slow.sql", SLOW_INDEX.replace("orders", "big"))
                .with("V4__index.sql", "create index concurrently on big (slow(id));");
        String shown = onTerminal(database.env(), 200, "migrate", "--migrations", sql(), "--lock-timeout", "500ms")
                .text();
        assertThat(shown).contains("applied  script=V3__slow.sql  number=3/4", "number=4/4");
        List<String> looks = Arrays.stream(shown.split("\u001b\\[2K", -1))
                .filter(line -> line.contains("4/4 V4__index.sql"))
                .filter(line -> line.contains("scanning table"))
                .toList();
        assertThat(looks).hasSizeGreaterThan(1).allMatch(line -> line.startsWith("\u001b[?7l"));
        assertThat(looks.get(0)).contains(" on big (about ", "building index: scanning table ", " %");
        assertThat(looks).anyMatch(line -> line.contains("s left in this phase"));
    }

    @PostgresTest(onOneMajor = true)
    void aLogHasTheSameAsFields(TestDatabase database) {
        scripts.with("V3__slow.sql", SLOW_INDEX.replace("orders", "big"))
                .with("V4__index.sql", "create index on big (slow(id));")
                .with("V5__update.sql", "update big set note = slow(id)::text;");
        List<String> log = Program.migrator("migrate", "--migrations", sql(), "--lock-timeout", "500ms")
                .withEnv(database.env())
                .start()
                .awaitExit(Migrator.DEADLINE)
                .stdout();
        assertThat(log)
                .filteredOn(line -> line.contains("still running"))
                .anySatisfy(line -> assertThat(line)
                        .contains("\"script\":\"V4__index.sql\"", "\"number\":\"4/5\"", "\"table\":\"big\"")
                        .containsPattern("\"tableBytes\":[0-9]+,\"tableRows\":5000")
                        .containsPattern("\"percent\":[0-9]+"));
        assertThat(log)
                .filteredOn(line -> line.contains("still running") && line.contains("V5__update.sql"))
                .isNotEmpty()
                .allMatch(line -> line.contains("\"table\":\"big\"") && line.contains("\"tableRows\":5000"))
                .noneMatch(line -> line.contains("percent") || line.contains("secondsLeft"));
        assertThat(log).noneMatch(line -> line.contains("\\u001b") || line.contains("\r"));
    }

    @Test
    void aMistakeInTheCommandLineIsTextForPeople() {
        ProcessResult ended = run("migrate", "--wait-timeot", "5m");
        assertThat(ended.exitCode()).isEqualTo(2);
        assertThat(ended.stdout()).isEmpty();
        assertThat(ended.text())
                .contains("error: ", "\n  --wait-timeot is unknown; did you mean --wait-timeout?")
                .doesNotContain("{");
        assertThat(run("migrate", "--wait-timeout", "x", "--log-format", "json").stdout())
                .hasSize(1)
                .allMatch(line -> line.startsWith("{"));
        assertThat(run("migrate", "--wait-timeout", "x", "--pod-name", "api-0").stdout())
                .as("in a pod")
                .hasSize(1)
                .allMatch(line -> line.startsWith("{"));
    }

    private String sql() {
        return scripts.folder().toString();
    }

    private static ProcessResult run(String... arguments) {
        return Program.migrator(arguments).start().awaitExit(Migrator.DEADLINE);
    }

    private static ProcessResult onTerminal(Map<String, String> env, int width, String... arguments) {
        String command = Arrays.stream(Program.migrator(arguments).command().toArray(String[]::new))
                .map(word -> "'" + word + "'")
                .collect(Collectors.joining(" "));
        return Program.of(SCRIPT.toString(), "-q", "-e", "-c", "stty cols " + width + "; exec " + command, "/dev/null")
                .withEnv("TERM", "xterm")
                .withEnv(env)
                .start()
                .awaitExit(Migrator.DEADLINE);
    }

    private static List<String> plain(ProcessResult ended) {
        return ended.text()
                .replaceAll("\u001b\\[[0-9?]+[a-zA-Z]", "")
                .replace("\r", "")
                .lines()
                .toList();
    }
}
