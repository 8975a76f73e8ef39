package dev.slipway.migrator.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.contract.ExitCode;
import dev.slipway.contract.Setting;
import dev.slipway.testkit.postgres.PostgresTest;
import dev.slipway.testkit.postgres.TestDatabase;
import dev.slipway.testkit.process.Program;
import dev.slipway.testkit.process.RunningProcess;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** The ways in which people write SQL files, and what Flyway itself says about the result. */
class ScriptFilesIT {
    @TempDir
    private Path folder;

    private Scripts scripts;

    @BeforeEach
    void makeTheFolder() {
        scripts = Scripts.in(folder);
    }

    @PostgresTest
    void lineEndsByteOrderMarksAndMissingNewlinesDoNotMatter(TestDatabase database) {
        scripts.with("V1__bom.sql", "\uFEFFcreate table bom (id int);\n")
                .with("V2__crlf.sql", "create table crlf (note text);\r\ninsert into crlf\r\nvalues ('a\r\nb');\r\n")
                .with("V3__no_final_newline.sql", "create table last (id int);\n\n\ninsert into last values (1)")
                .with("V4__bom_and_crlf.sql", "\uFEFF-- first\r\ncreate table windows (id int);\r\n\r\n")
                .with("V5__old_mac.sql", "create table mac (id int);\rinsert into mac values (1);\r")
                .with("V6__comments_only.sql", "-- nothing to do\n/* here */\n")
                .with("V7__empty.sql", "")
                .with("V8__letters.sql", "create table \"größe\" (\"ä;ö\" text default '😀;');\n");
        expectAppliedAndFlywayToAgree(database, 8);
        assertThat(database.query("select encode(note::bytea, 'hex') from crlf"))
                .isEqualTo("610d0a62");
        assertThat(database.query("select count(*) from mac")).isEqualTo("1");
    }

    @PostgresTest
    void quotesOfEveryKindKeepTheirSemicolons(TestDatabase database) {
        scripts.with("V1__dollars.sql", """
                create function one() returns int language plpgsql as $$
                begin
                  -- don't stop; here
                  return length($q$a;'b$q$);
                end; $$;
                create function two() returns text language sql as $_x1$ select $$ ;' $$::text; $_x1$;
                create table results as select one() a, two() b;
                """)
                .with("V2__comments.sql", """
                        /* outer ; /* inner ' ; */ still outer ; $$ */
                        create table commented (id int /* ; */); -- ' ; $$
                        insert into commented values (1) -- the end;
                        ;
                        """)
                .with("V3__strings.sql", """
                        create table strings (a text, "b;""c" text);
                        insert into strings values (E'it\\'s; \\\\', 'back\\');
                        insert into strings values ('two''s;', U&'d\\0061t\\+000061');
                        insert into strings values ('joined '
                          'text;', null);
                        """)
                .with("V4__atomic.sql", """
                        create function three() returns int language sql
                        begin atomic
                          select 1;
                          select case when true then 3 end;
                        end;
                        insert into commented select three();
                        """);
        expectAppliedAndFlywayToAgree(database, 4);
        assertThat(database.rows("select a, b from results")).containsExactly("4| ;' ");
        assertThat(database.rows("select id from commented order by id")).containsExactly("1", "3");
        assertThat(database.rows("select * from strings"))
                .containsExactly("it's; \\|back\\", "two's;|data", "joined text;|null");
    }

    @PostgresTest
    void inlineDataOfCopyArrivesByteForByte(TestDatabase database) {
        scripts.with("V1__text.sql", """
                create table lines (id int, note text);
                COPY lines (id, note) FROM stdin;
                1\ta;b
                2\t\\N
                3\tit's -- no comment, $$ no quote, $ {no} placeholder? \\\\
                4\tä€😀
                \\.

                insert into lines values (5, 'after');
                """)
                .with("V2__csv.sql", """
                        create table csv (id int, note text);
                        copy csv from stdin with (format csv, header true);
                        id,note
                        1,"a "";"" b"
                        2,
                        \\.
                        copy csv from stdin csv;
                        \\.
                        """)
                .with(
                        "V3__crlf.sql",
                        "create table crlf (id int, note text);\r\ncopy crlf from stdin;\r\n1\tone\r\n\\.\r\n");
        expectAppliedAndFlywayToAgree(database, 3);
        assertThat(database.rows("select id, coalesce(note, 'NULL') from lines order by id"))
                .containsExactly(
                        "1|a;b",
                        "2|NULL",
                        "3|it's -- no comment, $$ no quote, $ {no} placeholder? \\",
                        "4|ä€😀",
                        "5|after");
        assertThat(database.rows("select id, coalesce(note, 'NULL') from csv order by id"))
                .containsExactly("1|a \";\" b", "2|NULL");
        assertThat(database.rows("select * from crlf")).containsExactly("1|one");
    }

    @PostgresTest(onOneMajor = true)
    void aFileOfFiveMegabytesIsOrdinary(TestDatabase database) {
        var sql = new StringBuilder("create table big (id int, note text);\n");
        IntStream.rangeClosed(1, 10_000)
                .forEach(id ->
                        sql.append("insert into big values (").append(id).append(", 'a note; with semicolon');\n"));
        sql.append("copy big from stdin;\n");
        IntStream.rangeClosed(10_001, 80_000).forEach(id -> sql.append(id).append("\tcopied\n"));
        sql.append("\\.\ninsert into big values (0, $long$")
                .append("x".repeat(4_000_000))
                .append("$long$);\n");
        assertThat(sql.length()).isGreaterThan(5_000_000);
        scripts.with("V1__big.sql", sql.toString());
        expectAppliedAndFlywayToAgree(database, 1);
        assertThat(database.query("select count(*) from big")).isEqualTo("80001");
        assertThat(database.query("select length(note) from big where id = 0")).isEqualTo("4000000");
    }

    @PostgresTest(onOneMajor = true)
    void aScriptThatDoesNotFitIntoTheHeapFailsAndSaysSo(TestDatabase database) {
        scripts.with("V1__big.sql", "select '" + "x".repeat(30_000_000) + "';");
        Ended ended = migrator(database).withEnv("JAVA_OPTS", "-Xmx24m").run().expect(ExitCode.MIGRATION_FAILED);
        assertThat(ended.message()).contains("out of memory: the heap may have 2", "limits-memory");
        assertThat(database.query("select to_regclass('flyway_schema_history') is null"))
                .isEqualTo("t");
    }

    @PostgresTest(onOneMajor = true)
    void twoThousandFilesAreAppliedInOrder(TestDatabase database) {
        scripts.with("V1__numbers.sql", "create table numbers (id serial, n int);");
        IntStream.rangeClosed(2, 2_000)
                .forEach(n -> scripts.with("V" + n + "__n.sql", "insert into numbers (n) values (" + n + ");"));
        expectAppliedAndFlywayToAgree(database, 2_000);
        assertThat(database.rows("select 1 from numbers where n <> id + 1")).isEmpty();
        assertThat(database.query("select count(*) from numbers")).isEqualTo("1999");
        assertThat(migrator(database).run().expect(ExitCode.OK).message()).contains("up-to-date");
    }

    @PostgresTest(onOneMajor = true)
    void aFileThatIsNotUtf8IsNamedWithLineAndByte(TestDatabase database) {
        scripts.with("V1__ok.sql", "select 'ä';")
                .with("V2__latin1.sql", "select 1;\nselect 'gr\u00fc\u00dfe';".getBytes(StandardCharsets.ISO_8859_1))
                .with("V3__utf16.sql", "select 1;".getBytes(StandardCharsets.UTF_16));
        migrator(database)
                .run()
                .expectPlainAnswer(
                        ExitCode.USAGE,
                        database.password(),
                        "V2__latin1.sql is not UTF-8: line 2, byte 21 of the file (0xFC)",
                        "V3__utf16.sql is not UTF-8: line 1, byte 1 of the file (0xFE)");
        assertThat(database.rows("select 1 from pg_class where relname = 'flyway_schema_history'"))
                .isEmpty();
    }

    @PostgresTest(onOneMajor = true)
    void placeholdersAreReplacedEverywhereInAScript(TestDatabase database) {
        scripts.with("V1__replaced.sql", """
                create table ${prefix}_orders (id int, note text default '${shop}');
                insert into ${prefix}_orders values (1, '${shop} in ${flyway:defaultSchema} by ${flyway:filename}');
                insert into ${prefix}_orders values (2, '${shop} $ {shop} {shop} $1');
                copy ${prefix}_orders from stdin;
                3\t${shop}
                \\.
                do $body$ begin insert into ${prefix}_orders values (4, $q$ ${shop} $q$); end $body$;
                """);
        migrator(database)
                .with(Setting.PLACEHOLDERS, "prefix=eu,shop=a''s")
                .run()
                .expect(ExitCode.OK);
        assertThat(database.rows("select * from eu_orders order by id"))
                .containsExactly(
                        "1|a's in public by V1__replaced.sql", "2|a's $ {shop} {shop} $1", "3|a''s", "4| a''s ");
    }

    @PostgresTest(onOneMajor = true)
    void aPlaceholderWithoutAValueIsRefusedWithItsLineBeforeAnythingRuns(TestDatabase database) {
        scripts.with("V1__first.sql", "create table first (id int);")
                .with("V2__second.sql", "select 1;\n\nselect '${shop}', '${region}';")
                .with("R__view.sql", "create view v as select '${nobody}' n;");
        migrator(database)
                .with(Setting.PLACEHOLDERS, "shop=a")
                .run()
                .expectPlainAnswer(
                        ExitCode.USAGE,
                        database.password(),
                        "V2__second.sql line 3: the placeholder ${region} has no value",
                        "R__view.sql line 1: the placeholder ${nobody} has no value",
                        "V2__second.sql.conf");
        assertThat(database.rows("select 1 from pg_class where relname = 'first'"))
                .isEmpty();
    }

    @PostgresTest(onOneMajor = true)
    void aScriptMaySayThatItHasNoPlaceholders(TestDatabase database) {
        scripts.with("V1__template.sql", "create table templates as select 'Hello ${name}' body, '${shop}' shop;")
                .with("V1__template.sql.conf", "placeholderReplacement=false\n")
                .with("V2__replaced.sql", "insert into templates values ('', '${shop}');")
                .with("R__view.sql", "create or replace view v as select '${name}'::text name;")
                .with("R__view.sql.conf", "placeholderReplacement = FALSE");
        Migrator migrator = migrator(database).with(Setting.PLACEHOLDERS, "shop=north");
        migrator.run().expect(ExitCode.OK);
        assertThat(database.rows("select * from templates")).containsExactly("Hello ${name}|${shop}", "|north");
        assertThat(database.query("select name from v")).isEqualTo("${name}");
        assertThat(migrator.run().expect(ExitCode.OK).message()).contains("up-to-date");
    }

    @PostgresTest(onOneMajor = true)
    void placeholdersCanBeSwitchedOffForAll(TestDatabase database) {
        scripts.with("V1__template.sql", "create table templates as select 'Hello ${name}' body;")
                .with("R__view.sql", "create or replace view v as select '${name}'::text name;");
        Migrator migrator = migrator(database).with(Setting.PLACEHOLDER_REPLACEMENT, "false");
        migrator.run().expect(ExitCode.OK);
        assertThat(database.query("select body from templates")).isEqualTo("Hello ${name}");
        assertThat(migrator.run().expect(ExitCode.OK).message()).contains("up-to-date");
    }

    @PostgresTest(onOneMajor = true)
    void everyMistakeInAScriptsConfigurationIsNamed(TestDatabase database) {
        scripts.with("V1__a.sql", "select 1;")
                .with("V1__a.sql.conf", "executeInTransacton=false\nplaceholderReplacement=no\nencoding=ISO-8859-1")
                .with("V2__b.sql.conf", "shouldExecute=false");
        migrator(database)
                .run()
                .expectPlainAnswer(
                        ExitCode.USAGE,
                        database.password(),
                        "executeInTransacton in ",
                        "is unknown; did you mean executeInTransaction?",
                        "is 'no'; expected true or false",
                        "is 'ISO-8859-1'; expected UTF-8",
                        "configures V2__b.sql, which is not beside it",
                        "shouldExecute in ",
                        "5 problems in the migrations");
    }

    @PostgresTest(onOneMajor = true)
    void severalLocationsAreOneSequence(TestDatabase database) {
        Scripts team = Scripts.in(folder, "team");
        Scripts nested = Scripts.in(team.folder(), "2026");
        scripts.with("V1__orders.sql", "create table orders (id int);")
                .with("V3__sent.sql", "alter table orders add column sent date;");
        team.with("R__view.sql", "create or replace view v as select sent from orders;");
        nested.with("V2__note.sql", "alter table orders add column note text;");
        migrator(database)
                .with(Setting.MIGRATIONS, scripts.folder() + "," + team.folder())
                .run()
                .expect(ExitCode.OK);
        assertThat(database.rows("select script from flyway_schema_history order by installed_rank"))
                .containsExactly("V1__orders.sql", "2026/V2__note.sql", "V3__sent.sql", "R__view.sql");
        PlainFlyway flyway = PlainFlyway.on(database, scripts, team);
        assertThat(flyway.mistakes()).isEmpty();
        assertThat(flyway.migrate()).isZero();
    }

    @PostgresTest(onOneMajor = true)
    void aVersionInTwoLocationsIsNamedWithBothFiles(TestDatabase database) {
        Scripts team = Scripts.in(folder, "team")
                .with("V1.0__customers.sql", "create table customers (id int);")
                .with("R__view.sql", "select 1;");
        scripts.with("V1__orders.sql", "create table orders (id int);").with("R__view.sql", "select 2;");
        migrator(database)
                .with(Setting.MIGRATIONS, scripts.folder() + "," + team.folder())
                .run()
                .expectPlainAnswer(
                        ExitCode.USAGE,
                        database.password(),
                        "team/V1.0__customers.sql is version 1.0 (customers), and so is ",
                        "sql/V1__orders.sql",
                        "team/R__view.sql is repeatable 'view', and so is ",
                        "sql/R__view.sql");
    }

    @PostgresTest(onOneMajor = true)
    void aNameMayHaveLettersBeyondAsciiWhereTheLocaleHasThem(TestDatabase database) {
        scripts.with("V2__plain.sql", "select 'ä' /* … */ from nowhere;");
        writeAnOddName();
        migrator(database)
                .withoutLauncher()
                .withEnv("LC_ALL", "POSIX")
                .run()
                .expectPlainAnswer(ExitCode.USAGE, database.password(), "cannot express; start it with LC_ALL=C.UTF-8");
        // The launcher does this by itself.
        migrator(database)
                .withEnv("LC_ALL", "POSIX")
                .run()
                .expectPlainAnswer(ExitCode.MIGRATION_FAILED, database.password(), "V2__plain.sql, line 1");
        assertThat(database.rows("select description from flyway_schema_history"))
                .containsExactly("größe und 😀");
        scripts.with("V2__plain.sql", "select 1;");
        migrator(database).withoutLauncher().withEnv("LC_ALL", "C.UTF-8").run().expect(ExitCode.OK);
    }

    /** By a shell, because this JVM may have no suitable locale either. */
    private void writeAnOddName() {
        String name = "V1__gr\\303\\266\\303\\237e_und_\\360\\237\\230\\200.sql";
        Program shell = Program.of("sh", "-c", "echo 'select 1;' > \"$(printf '" + name + "')\"");
        try (RunningProcess running = shell.inFolder(scripts.folder()).start()) {
            assertThat(running.awaitExit().exitCode()).isZero();
        }
    }

    @PostgresTest(onOneMajor = true)
    void whatIsLoggedIsUtf8WhateverTheLocale(TestDatabase database) {
        scripts.with("V1__letters.sql", "do $$ begin raise notice 'größe 😀'; end $$;");
        Ended ended = migrator(database)
                .withoutLauncher()
                .withEnv("LC_ALL", "POSIX")
                .run()
                .expect(ExitCode.OK);
        assertThat(ended.lines("größe 😀")).hasSize(1);
    }

    private void expectAppliedAndFlywayToAgree(TestDatabase database, int count) {
        migrator(database).run().expect(ExitCode.OK);
        assertThat(History.applied(database)).hasSize(count);
        PlainFlyway flyway = PlainFlyway.on(database, scripts);
        assertThat(flyway.mistakes()).isEmpty();
        assertThat(flyway.migrate()).isZero();
    }

    private Migrator migrator(TestDatabase database) {
        return Migrator.of(database, scripts, folder);
    }
}
