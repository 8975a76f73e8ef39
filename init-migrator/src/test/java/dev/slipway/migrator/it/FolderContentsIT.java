package dev.slipway.migrator.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.contract.ExitCode;
import dev.slipway.contract.Setting;
import dev.slipway.testkit.postgres.PostgresTest;
import dev.slipway.testkit.postgres.TestDatabase;
import dev.slipway.testkit.process.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.jar.JarFile;
import java.util.zip.ZipEntry;
import org.flywaydb.core.api.configuration.FluentConfiguration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** Which files of a folder count: one list for all commands and for Flyway, and nothing of it is run but SQL. */
class FolderContentsIT {
    private static final List<String> COMMANDS =
            List.of("migrate", "preflight", "status", "plan", "validate", "repair", "baseline");

    @TempDir
    private Path folder;

    private Scripts scripts;

    @BeforeEach
    void writeOneGoodScript() {
        scripts = Scripts.in(folder).with("V1__orders.sql", "create table orders (id int);");
    }

    /** Files that Flyway would run, and files that it would silently ignore: neither is "nothing to do". */
    @PostgresTest
    void whatLooksLikeAScriptAndIsNoneIsRefusedByEveryCommand(TestDatabase database) {
        migrator(database).run().expect(ExitCode.OK);
        for (String name : List.of("V2__late.SQL", "V2__late.py", "v2__late.sql", ".V2__late.sql", "afterMigrate.sh")) {
            scripts.with(name, "touch " + folder.resolve("ran"));
            for (String command : COMMANDS) {
                Ended ended =
                        migrator(database).with(Setting.BASELINE_VERSION, "1").run(command);
                assertThat(ended.expect(ExitCode.USAGE).message()).contains(name, "1 problem in the migrations");
            }
            scripts.without(name);
        }
        assertThat(folder.resolve("ran")).doesNotExist();
        assertThat(History.applied(database)).containsExactly("1");
    }

    @PostgresTest(onOneMajor = true)
    void aLinkThatLeadsNowhereIsNotNothingToDo(TestDatabase database) throws IOException {
        migrator(database).run().expect(ExitCode.OK);
        Files.createSymbolicLink(scripts.folder().resolve("V2__b.sql"), Path.of("/app/db/V2__b.sql"));
        migrator(database)
                .run()
                .expectPlainAnswer(
                        ExitCode.USAGE,
                        database.password(),
                        "V2__b.sql is a symbolic link to /app/db/V2__b.sql, which is not there");
    }

    /** Flyway reads no folder: files that appear after we have read it do not run, whether SQL or programs. */
    @PostgresTest
    void whatIsPutThereDuringARunIsNotRun(TestDatabase database) throws IOException {
        scripts.with("V2__slow.sql", "select pg_advisory_xact_lock(7);")
                .with("afterMigrate__known.sql", "insert into orders values (1);");
        try (OldTransaction holder = OldTransaction.that(database, "select pg_advisory_xact_lock(7)");
                Replica replica = migrator(database).start("api-0")) {
            Eventually.row(
                    database,
                    "select 1 from pg_stat_activity where query like '%pg_advisory_xact_lock(7)%'"
                            + " and wait_event_type = 'Lock'");
            for (String event : List.of("afterEachMigrate", "afterMigrate", "afterVersioned", "afterConnect")) {
                for (String suffix : List.of("", ".sh", ".bash")) {
                    Files.writeString(
                            scripts.folder().resolve(event + suffix),
                            "#!/bin/sh\ntouch " + folder.resolve("ran") + "\n");
                    assertThat(scripts.folder().resolve(event + suffix).toFile().setExecutable(true))
                            .isTrue();
                }
            }
            scripts.with("afterMigrate__new.sql", "insert into orders values (2);")
                    .with("V3__new.sql", "insert into orders values (3);");
            holder.end();
            replica.awaitEnd().expect(ExitCode.OK);
        }
        assertThat(folder.resolve("ran")).doesNotExist();
        assertThat(database.rows("select id from orders")).containsExactly("1");
        assertThat(History.applied(database)).containsExactly("1", "2");
    }

    @PostgresTest(onOneMajor = true)
    void theProgramHasNoWayToRunAProgram(TestDatabase database) throws IOException {
        try (var jar = new JarFile(System.getProperty(Program.MIGRATOR_JAR))) {
            assertThat(jar.stream().map(ZipEntry::getName).filter(name -> name.contains("/ScriptMigrationExecutor")))
                    .isEmpty();
        }
    }

    @PostgresTest
    void otherNamesRunWithFlywaysSettings(TestDatabase database) {
        TestDatabase flyways = database.server().createDatabase();
        try {
            Scripts named = Scripts.in(folder, "named")
                    .with("20260101120000_orders.sql", "create table orders (id int);")
                    .with("20260101120001_note-on_orders.pgsql", "alter table orders add column note text;")
                    .with("VIEW_totals.sql", "create or replace view totals as select '${flyway:filename}' f;")
                    .with("afterMigrate_grants.pgsql", "insert into orders values (1, '${flyway:defaultSchema}');")
                    .with("README.md", "not SQL");
            Migrator migrator = named(Migrator.of(database, named, folder));
            migrator.run().expect(ExitCode.OK);
            assertThat(migrator.run().expect(ExitCode.OK).message()).contains("up-to-date");
            PlainFlyway flyway = named(PlainFlyway.on(flyways, named));
            assertThat(flyway.migrate()).isEqualTo(3);
            String rows =
                    "select installed_rank, version, description, type, script, checksum from flyway_schema_history"
                            + " order by 1";
            assertThat(database.rows(rows)).hasSize(3).isEqualTo(flyways.rows(rows));
            assertThat(database.rows("select id, note from orders"))
                    .isEqualTo(flyways.rows("select id, note from orders"));
            assertThat(named(PlainFlyway.on(database, named)).mistakes()).isEmpty();
            assertThat(named(PlainFlyway.on(database, named)).migrate()).isZero();
        } finally {
            database.server().dropDatabase(flyways.name());
        }
    }

    private static Migrator named(Migrator migrator) {
        return migrator.with(Setting.MIGRATION_PREFIX, "none")
                .with(Setting.REPEATABLE_PREFIX, "VIEW")
                .with(Setting.MIGRATION_SEPARATOR, "_")
                .with(Setting.MIGRATION_SUFFIXES, ".sql,.pgsql");
    }

    private static PlainFlyway named(PlainFlyway flyway) {
        FluentConfiguration configuration = flyway.configuration()
                .sqlMigrationPrefix("")
                .repeatableSqlMigrationPrefix("VIEW")
                .sqlMigrationSeparator("_")
                .sqlMigrationSuffixes(".sql", ".pgsql");
        return new PlainFlyway(configuration);
    }

    @PostgresTest(onOneMajor = true)
    void aFolderWithoutPrefixesNamesTheSettingOnce(TestDatabase database) {
        Scripts named = Scripts.in(folder, "named");
        for (int number = 10; number < 40; number++) {
            named.with("202601011200" + number + "__x.sql", "select 1;");
        }
        Migrator migrator = Migrator.of(database, named, folder);
        migrator.run()
                .expectPlainAnswer(
                        ExitCode.USAGE,
                        database.password(),
                        "1 problem in the migrations",
                        "each of 30 files like ",
                        "set migration-prefix to none");
        migrator.run("migrate", "--migration-prefix", "none").expect(ExitCode.OK);
    }

    @PostgresTest(onOneMajor = true)
    void oneOfSeveralLocationsMayBeMissingIfToldSo(TestDatabase database) {
        Migrator migrator =
                migrator(database).with(Setting.MIGRATIONS, scripts.folder() + "," + folder.resolve("nowhere"));
        migrator.run()
                .expectPlainAnswer(
                        ExitCode.USAGE,
                        database.password(),
                        "nowhere does not exist",
                        "--missing-locations ignore if it may be missing");
        Ended ended = migrator.with(Setting.MISSING_LOCATIONS, "ignore").run().expect(ExitCode.OK);
        assertThat(ended.lines("\"level\":\"warn\"")).singleElement().asString().contains("does not exist", "nowhere");
        assertThat(History.applied(database)).containsExactly("1");
    }

    /** The history's columns are 200 and 1000 characters wide, and Flyway shortens longer values. */
    @PostgresTest
    void longNamesAreAppliedOnceByUsAndByFlyway(TestDatabase database) {
        TestDatabase flyways = database.server().createDatabase();
        try {
            Scripts deep = scripts;
            for (int level = 0; level < 5; level++) {
                deep = Scripts.in(deep.folder(), "f".repeat(220));
            }
            scripts.with("V2__" + "long_".repeat(45) + ".sql", "insert into orders values (2);")
                    .with("R__" + "view_".repeat(45) + ".sql", "create or replace view v as select id from orders;");
            deep.with("V3__deep.sql", "insert into orders values (3);");
            migrator(database).run().expect(ExitCode.OK);
            assertThat(migrator(database).run().expect(ExitCode.OK).message()).contains("up-to-date");
            for (String command : List.of("preflight", "validate", "plan", "status", "repair")) {
                migrator(database).run(command).expect(ExitCode.OK);
            }
            assertThat(database.rows("select id from orders order by 1")).containsExactly("2", "3");
            assertThat(PlainFlyway.on(flyways, scripts).migrate()).isEqualTo(4);
            String rows = "select version, description, type, script, checksum from flyway_schema_history order by 1";
            assertThat(database.rows(rows)).hasSize(4).isEqualTo(flyways.rows(rows));
            assertThat(Migrator.of(flyways, scripts, folder)
                            .run()
                            .expect(ExitCode.OK)
                            .message())
                    .contains("up-to-date");
            scripts.without("R__" + "view_".repeat(45) + ".sql");
            assertThat(PlainFlyway.on(database, scripts).mistakes())
                    .as("without the repeatable one, which Flyway itself runs each time")
                    .filteredOn(each -> !each.contains("view"))
                    .isEmpty();
        } finally {
            database.server().dropDatabase(flyways.name());
        }
    }

    /** Files of tools that write both halves into one, under Flyway's names. */
    @PostgresTest(onOneMajor = true)
    void thePartThatUndoesNeverRuns(TestDatabase database) {
        Map<String, String> files = Map.of(
                "V2__goose.sql", "-- +goose Up\ncreate table keep (i int);\n-- +goose Down\ndrop table keep;\n",
                "V3__dbmate.sql", "--  migrate:up\r\nselect 1;\r\n--  migrate:down\r\ndrop table orders;\r\n",
                "R__sql_migrate.sql", "-- +migrate Up\nselect 1;\n-- +migrate Down\ndrop table orders;\n",
                "afterMigrate.sql", "-- +GOOSE UP\nselect 1;\n-- +GOOSE DOWN\ndrop table orders;\n",
                "V4__golang.down.sql", "drop table orders;\n");
        files.forEach(scripts::with);
        Scripts.in(scripts.folder(), "undo")
                .with(
                        "U1__orders.sql",
                        "-- migrate:up\ncreate table orders (id int);\n-- migrate:down\ndrop table orders;\n");
        migrator(database)
                .run()
                .expectPlainAnswer(
                        ExitCode.USAGE,
                        database.password(),
                        "V2__goose.sql line 3: '-- +goose Down' begins the part that undoes the rest",
                        "V3__dbmate.sql line 3: '--  migrate:down'",
                        "R__sql_migrate.sql line 3: '-- +migrate Down'",
                        "afterMigrate.sql line 3: '-- +GOOSE DOWN'",
                        "V4__golang.down.sql is named as what undoes",
                        "U1__orders.sql line 1: '-- migrate:up' begins the part that does what is to be undone",
                        "6 problems in the pending migrations");
        for (String command : List.of("preflight", "plan")) {
            assertThat(migrator(database).run(command).expect(ExitCode.USAGE).message())
                    .contains("V2__goose.sql line 3", "V4__golang.down.sql is named as");
        }
        assertThat(database.rows("select 1 from pg_class where relname in ('orders', 'keep')"))
                .isEmpty();
    }

    @PostgresTest(onOneMajor = true)
    void aFileThatIsAppliedAlreadyMayHaveBoth(TestDatabase database) {
        scripts.with("V2__goose.sql", "-- +goose Up\ncreate table keep (i int);\n-- +goose Down\ndrop table keep;\n");
        assertThat(PlainFlyway.on(database, scripts).migrate()).isEqualTo(2);
        assertThat(migrator(database).run().expect(ExitCode.OK).message()).contains("up-to-date");
        scripts.with("V3__more.sql", "select 1;");
        migrator(database).run().expect(ExitCode.OK);
    }

    @PostgresTest
    void aFileBesideDrizzlesJournalIsNamedAndPassedOver(TestDatabase database) {
        Scripts drizzle = Scripts.in(folder, "drizzle")
                .with("0000_first.sql", "create table \"t\" (\"i\" integer);")
                .with("0001_left_over.sql", "create table \"never\" (\"i\" integer);");
        Scripts.in(drizzle.folder(), "meta").with("_journal.json", """
                {"version":"7","dialect":"postgresql",
                 "entries":[{"idx":0,"version":"7","when":1726802192107,"tag":"0000_first","breakpoints":true}]}""");
        for (String command : List.of("preflight", "migrate", "migrate", "status", "plan", "validate", "repair")) {
            Ended ended = Migrator.of(database, drizzle, folder).run(command).expect(ExitCode.OK);
            assertThat(ended.output().lines().filter(line -> line.contains("0001_left_over.sql")))
                    .as(command)
                    .singleElement()
                    .asString()
                    .contains("\"level\":\"warn\"", "passed over, as Drizzle does");
        }
        assertThat(database.query("select to_regclass('never') is null")).isEqualTo("t");
    }

    private Migrator migrator(TestDatabase database) {
        return Migrator.of(database, scripts, folder);
    }
}
