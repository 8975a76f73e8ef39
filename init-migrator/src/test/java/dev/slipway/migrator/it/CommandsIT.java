package dev.slipway.migrator.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.slipway.contract.ExitCode;
import dev.slipway.contract.Setting;
import dev.slipway.testkit.postgres.PostgresTest;
import dev.slipway.testkit.postgres.TestDatabase;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** The commands beside migrate: what each prints, where it prints it, and how it ends if it refuses. */
class CommandsIT {
    @TempDir
    private Path folder;

    private Scripts scripts;

    @BeforeEach
    void writeTwoVersionsAndAView() {
        scripts = Scripts.in(folder)
                .with("V1__orders.sql", "create table orders (id int primary key);")
                .with("V2__note.sql", "alter table orders add column note text;")
                .with("R__totals.sql", "create or replace view totals as select count(*) n from orders;");
    }

    @PostgresTest
    void statusShowsWhatIsAppliedAndWhatIsPending(TestDatabase database) {
        migrator(database).run().expect(ExitCode.OK);
        scripts.with("V3__sent.sql", "alter table orders add column sent date;");
        List<String> table =
                migrator(database).run("status").expect(ExitCode.OK).process().stdout();
        assertThat(table.get(0)).contains("/" + database.name(), "history \"public\".\"flyway_schema_history\"");
        assertThat(cells(table.get(2)))
                .containsExactly("version", "description", "phase", "state", "installed on", "by", "ms", "script");
        assertThat(table)
                .anySatisfy(line -> assertThat(cells(line))
                        .hasSize(8)
                        .startsWith("1", "orders", "expand", "applied")
                        .contains(database.user())
                        .endsWith("V1__orders.sql"));
        assertThat(table).anySatisfy(line -> assertThat(cells(line)).contains("totals", "applied", "R__totals.sql"));
        assertThat(table)
                .anySatisfy(line -> assertThat(cells(line))
                        .containsExactly("3", "sent", "expand", "pending", "", "", "", "V3__sent.sql"));
        assertThat(table).noneMatch(line -> line.startsWith("{"));
    }

    @PostgresTest(onOneMajor = true)
    void statusAsJsonIsOneDocumentOnStandardOutput(TestDatabase database) throws IOException {
        migrator(database).run().expect(ExitCode.OK);
        scripts.with("V1__orders.sql", "create table changed (id int);")
                .with("V3__sent.sql", "alter table orders add column sent date;");
        Ended ended = migrator(database).run("status", "--json").expect(ExitCode.HISTORY_DIFFERS);
        JsonNode status =
                new ObjectMapper().readTree(String.join("\n", ended.process().stdout()));
        assertThat(status.path("schemaVersion").asText()).isEqualTo("2");
        assertThat(status.path("upToDate").asBoolean(true)).isFalse();
        assertThat(status.path("pending").asInt()).isEqualTo(1);
        assertThat(status.path("differences").size()).isEqualTo(1);
        assertThat(status.path("holder").asText("")).isEmpty();
        JsonNode first = status.path("migrations").path(0);
        assertThat(first.path("version").asText()).isEqualTo("1");
        assertThat(first.path("state").asText()).isEqualTo("differs");
        assertThat(first.path("installedOn").asText()).startsWith("20");
        assertThat(first.path("installedBy").asText()).isEqualTo(database.user());
        assertThat(status.path("migrations").path(3).path("state").asText()).isEqualTo("pending");
        assertThat(ended.process().stderr()).anyMatch(line -> line.contains("\"exitCode\":6"));
    }

    @PostgresTest(onOneMajor = true)
    void statusOfAnUntouchedDatabaseSaysThatAllIsPending(TestDatabase database) {
        Ended ended = migrator(database).run("status").expect(ExitCode.OK);
        assertThat(ended.message()).contains("no version, 0 applied, 3 pending");
        assertThat(database.rows("select 1 from pg_class where relname = 'flyway_schema_history'"))
                .isEmpty();
    }

    @PostgresTest(onOneMajor = true)
    void statusNamesWhoMigratesRightNowAndWhatBlocksIt(TestDatabase database) {
        migrator(database).run().expect(ExitCode.OK);
        scripts.with("V3__sent.sql", "alter table orders add column sent date;");
        try (var replicas = new Replicas(migrator(database).with(Setting.LOCK_TIMEOUT, "0"));
                OldTransaction report = OldTransaction.that(database, "select * from orders")) {
            replicas.start();
            Eventually.runs(database, "alter table");
            Ended ended = migrator(database).run("status").expect(ExitCode.OK);
            assertThat(ended.process().stdout())
                    .anySatisfy(line -> assertThat(line)
                            .contains(
                                    "migrating now: slipway/shop/api-0",
                                    "alter table orders",
                                    "blocked by",
                                    "monthly-report"));
            report.end();
            replicas.awaitAll();
        }
    }

    @PostgresTest(onOneMajor = true)
    void statusMarksFailedAheadAndSupersededRows(TestDatabase database) {
        migrator(database).run().expect(ExitCode.OK);
        scripts.with("R__totals.sql", "create or replace view totals as select count(*) n, 1 x from orders;");
        migrator(database).run().expect(ExitCode.OK);
        scripts.without("V2__note.sql");
        database.execute("insert into flyway_schema_history values"
                + " (99, '9', 'half', 'SQL', 'V9__half.sql', 1, 'me', now(), 1, false)");
        List<String> table = migrator(database)
                .run("status")
                .expect(ExitCode.PREFLIGHT_REFUSED)
                .process()
                .stdout();
        assertThat(table)
                .anyMatch(line -> cells(line).containsAll(List.of("note", "ahead")))
                .anyMatch(line -> cells(line).containsAll(List.of("totals", "superseded")))
                .anyMatch(line -> cells(line).containsAll(List.of("half", "failed")));
    }

    @PostgresTest(onOneMajor = true)
    void validateAllowsWhatIsPendingAndChangesNothing(TestDatabase database) {
        assertThat(migrator(database).run("validate").expect(ExitCode.OK).message())
                .contains("0 applied, 3 pending");
        assertThat(database.rows("select 1 from pg_class where relnamespace = 'public'::regnamespace"))
                .isEmpty();
    }

    @PostgresTest(onOneMajor = true)
    void planShowsStatementsLocksAndHazardsAndRunsNothing(TestDatabase database) throws IOException {
        migrator(database).run().expect(ExitCode.OK);
        scripts.with("V3__index.sql", "create index orders_note on orders (note);")
                .with("V4__later.sql", "create index concurrently orders_id on orders (id);");
        List<String> table =
                migrator(database).run("plan").expect(ExitCode.OK).process().stdout();
        assertThat(table)
                .anyMatch(line -> line.equals("V3__index.sql"))
                .anyMatch(line -> line.contains("CREATE INDEX") && line.contains("SHARE") && line.contains("orders"))
                .anyMatch(line -> line.contains("CONCURRENTLY") && line.contains("SHARE UPDATE EXCLUSIVE"));
        Ended json = migrator(database).run("plan", "--json").expect(ExitCode.OK);
        JsonNode plan =
                new ObjectMapper().readTree(String.join("\n", json.process().stdout()));
        assertThat(plan.path("scripts").size()).isEqualTo(2);
        assertThat(plan.path("scripts").path(0).path("hazards").size()).isPositive();
        assertThat(History.applied(database)).containsExactly("1", "2", "totals");

        scripts.with("V5__broken.sql", "select 'open;");
        migrator(database).run("plan").expect(ExitCode.USAGE);
    }

    @PostgresTest(onOneMajor = true)
    void planOfManyFilesFitsOnAScreen(TestDatabase database) {
        migrator(database).run().expect(ExitCode.OK);
        for (int version = 3; version < 63; version++) {
            scripts.with("V" + version + "__index.sql", "create index on orders (note);");
        }
        List<String> summary =
                migrator(database).run("plan").expect(ExitCode.OK).process().stdout();
        assertThat(summary)
                .hasSizeLessThan(20)
                .anyMatch(line -> line.contains("[create-index-not-concurrent]") && line.endsWith("and 57 more"));
        assertThat(migrator(database)
                        .run("plan", "--all")
                        .expect(ExitCode.OK)
                        .process()
                        .stdout())
                .contains("V62__index.sql");
    }

    @PostgresTest(onOneMajor = true)
    void whatTheServerSaysCarriesTheNameOfTheScript(TestDatabase database) {
        scripts.with("V3__again.sql", "create table if not exists orders (id int);")
                .with("V4__alone.sql", "drop index concurrently if exists nothing;");
        Ended ended = migrator(database).run().expect(ExitCode.OK);
        assertThat(ended.lines("the database says"))
                .anyMatch(line -> line.contains("V3__again.sql"))
                .anyMatch(line -> line.contains("V4__alone.sql"));
    }

    @PostgresTest(onOneMajor = true)
    void baselineNeedsAVersion(TestDatabase database) {
        migrator(database)
                .run("baseline")
                .expectPlainAnswer(ExitCode.USAGE, database.password(), "baseline needs --baseline-version");
    }

    @PostgresTest(onOneMajor = true)
    void baselineAdoptsOnceAndASecondTimeIsNoError(TestDatabase database) {
        database.execute("create table orders (id int primary key)");
        String[] command = {"baseline", "--baseline-version", "1"};
        assertThat(migrator(database).run(command).expect(ExitCode.OK).message())
                .contains("adopted the existing schema as version 1");
        assertThat(migrator(database).run(command).expect(ExitCode.OK).message())
                .contains("already");
        assertThat(database.rows("select version, type from flyway_schema_history"))
                .containsExactly("1|BASELINE");
        migrator(database)
                .run("baseline", "--baseline-version", "2")
                .expectPlainAnswer(ExitCode.HISTORY_DIFFERS, database.password(), "has 1 rows already");
        migrator(database).run().expect(ExitCode.OK);
        assertThat(History.applied(database)).containsExactly("1", "2", "totals");
    }

    @PostgresTest(onOneMajor = true)
    void repairSaysFirstWhatItWouldDo(TestDatabase database) {
        migrator(database).run().expect(ExitCode.OK);
        scripts.with("V1__orders.sql", "-- reformatted\ncreate table orders (id int primary key);")
                .without("V2__note.sql")
                .with("V3__sent.sql", "alter table orders add column sent date;");
        migrator(database)
                .run("repair")
                .expectPlainAnswer(
                        ExitCode.USAGE,
                        database.password(),
                        "take over the changed file of version 1 (orders)",
                        "mark version 2 (note) as deleted",
                        "--yes",
                        "nothing has been changed");
        migrator(database).run("validate").expect(ExitCode.HISTORY_DIFFERS);

        assertThat(migrator(database).run("repair", "--yes").expect(ExitCode.OK).message())
                .contains("took over 1 changed files", "marked 1 rows without a file as deleted");
        migrator(database).run("validate").expect(ExitCode.OK);
        migrator(database).run().expect(ExitCode.OK);
        assertThat(migrator(database).run("repair", "--yes").expect(ExitCode.OK).message())
                .contains("nothing to repair");
    }

    @PostgresTest(onOneMajor = true)
    void repairDoesNotClaimToHelpAgainstALateVersion(TestDatabase database) {
        migrator(database).run().expect(ExitCode.OK);
        scripts.with("V1.5__late.sql", "select 1;");
        for (String[] command : new String[][] {{"repair"}, {"repair", "--yes"}}) {
            migrator(database)
                    .run(command)
                    .expectPlainAnswer(
                            ExitCode.HISTORY_DIFFERS,
                            database.password(),
                            "version 1.5 (late) (V1.5__late.sql) was never applied",
                            "give it a version above 2");
        }
    }

    @PostgresTest(onOneMajor = true)
    void everyCommandSaysWhenTheDatabaseCannotBeReached(TestDatabase database) {
        Migrator wrong = migrator(database).withEnv("PGDATABASE", "nowhere");
        for (String command : new String[] {"migrate", "preflight", "status", "validate", "plan", "repair"}) {
            wrong.run(command).expect(ExitCode.DATABASE_UNREACHABLE);
        }
        wrong.run("baseline", "--baseline-version", "1").expect(ExitCode.DATABASE_UNREACHABLE);
    }

    private static List<String> cells(String line) {
        return Arrays.stream(line.split("\\|", -1)).map(String::strip).toList();
    }

    private Migrator migrator(TestDatabase database) {
        return Migrator.of(database, scripts, folder);
    }
}
