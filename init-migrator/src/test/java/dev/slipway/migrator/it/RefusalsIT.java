package dev.slipway.migrator.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.slipway.contract.ExitCode;
import dev.slipway.contract.Setting;
import dev.slipway.testkit.postgres.Major;
import dev.slipway.testkit.postgres.PostgresServer;
import dev.slipway.testkit.postgres.TestDatabase;
import dev.slipway.testkit.process.Prerequisite;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Each row of the table of refusals, from a real server, through both drivers, in every command that reads the
 * database.
 */
class RefusalsIT {
    /** The first uses the PG client, the others the JDBC driver. */
    private static final List<String> COMMANDS = List.of("preflight", "migrate", "status", "validate");

    private static final ObjectMapper JSON = new ObjectMapper();

    static PostgresServer server;

    @TempDir
    private Path folder;

    @BeforeAll
    static void start() {
        server = PostgresServer.start(Major.NEWEST);
        server.execute("create role full_role login password 'secret' connection limit 0");
        server.execute("create role stranger login password 'secret'");
        server.execute("create role no_login nologin password 'secret'");
        server.execute("create database closed allow_connections false");
        server.execute("create database full_one connection limit 0");
        server.execute("create database private");
        server.execute("revoke connect on database private from public");
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    /** What is changed in the environment; whether waiting could help; exit code, what was seen, the way out. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            PGUSER=full_role PGPASSWORD=secret | true | 3 | too many connections for role "full_role" (53300) | raise the role's limit
            PGDATABASE=full_one PGUSER=stranger PGPASSWORD=secret | true | 3 | too many connections for database "full_one" (53300) | raise the database's limit
            PGDATABASE=closed PGUSER=stranger PGPASSWORD=secret | true | 3 | not currently accepting connections (55000) | alter database "closed" allow_connections true
            PGPORT=1 | true | 3 | nothing listens on 127.0.0.1:1: connection refused | whether the database is running
            PGHOST=db.invalid | true | 3 | the host name db.invalid cannot be resolved | check its spelling
            PGDATABASE=private PGUSER=stranger PGPASSWORD=secret | false | 3 | permission denied for database "private" (42501) | grant connect on database "private" to "stranger"
            PGDATABASE=shpo | false | 3 | database "shpo" does not exist (3D000) | correct the database name
            PGPASSWORD=wrong | false | 3 | password authentication failed for user "app" (28P01) | correct user and password
            PGPASSWORD=wrong\\n | false | 3 | password authentication failed for user "app" (28P01) | begins or ends with white space, such as a line break
            PGPASSWORD= | false | 3 | asks for a password | no password was given
            PGUSER=no_login PGPASSWORD=secret | false | 3 | role "no_login" is not permitted to log in (28000) | whether the role may log in
            PGSSLMODE=require | false | 3 | does not offer TLS, and sslmode is require | switch on ssl at the server
            PGCHANNELBINDING=require | false | 3 | cannot bind the password to the TLS session | write channel_binding=prefer
            PGOPTIONS=-clock_timeout=soon | false | 3 | invalid value for parameter "lock_timeout": "soon" (22023) | options in the URL
            """)
    void everyCommandEndsAlike(String environment, boolean heals, int exit, String seen, String wayOut)
            throws IOException {
        TestDatabase database = server.createDatabase();
        Migrator migrator = migrator(database).with(Setting.CONNECT_TIMEOUT, heals ? "2s" : "50s");
        for (String pair : environment.split(" ", -1)) {
            String[] parts = pair.split("=", 2);
            migrator = migrator.withEnv(parts[0], parts[1].replace("\\n", "\n"));
        }
        for (String command : COMMANDS) {
            Ended ended = migrator.run(command);
            JsonNode report = JSON.readTree(ended.message());
            assertThat(ended.exitCode()).as("%s: %s", command, ended).isEqualTo(exit);
            assertThat(report.path("message").asText()).as(command).contains(seen);
            assertThat(report.path("wayOut").asText()).as(command).contains(wayOut);
            assertThat(report.path("durationMs").asLong())
                    .as("milliseconds of %s", command)
                    .isBetween(heals ? 2_000L : 0L, heals ? 60_000L : 25_000L);
        }
        server.dropDatabase(database.name());
    }

    /** As people paste it into a Secret or a file; Q is a quotation mark, A an apostrophe, N a line break. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            DATABASE_URL=QURLQ | 2 | DATABASE_URL is in quotation marks, which are part of its value; write it without them
            DATABASE_URL=AURLA | 2 | DATABASE_URL is in quotation marks, which are part of its value; write it without them
            DATABASE_URL=QURLQN | 2 | DATABASE_URL is in quotation marks, which are part of its value; write it without them
            DATABASE_URL=URL?sslmode=no-verify | 2 | did you mean require?
            PGSSLMODE=no-verify | 2 | did you mean require?
            PGUSER=appN | 2 | did you mean the user without it?
            PGDATABASE=DBN | 2 | did you mean the database without it?
            DATABASE_URL=URLN | 0 | nothing to do
            DATABASE_URL=NURL N N | 0 | nothing to do
            PGPORT=PORTN | 0 | nothing to do
            PGSSLMODE=disableN | 0 | nothing to do
            """)
    void whatIsPastedIntoASecret(String variable, int exit, String says) {
        TestDatabase database = server.createDatabase();
        Migrator migrator = migrator(database);
        migrator.run().expect(ExitCode.OK);
        String[] parts = variable.split("=", 2);
        String value = parts[1].replaceAll("Q", "\"")
                .replaceAll("(?<!D)A", "'")
                .replaceAll("N", "\n")
                .replace("URL", database.url())
                .replace("DB", database.name())
                .replace("PORT", Integer.toString(server.port()));
        Migrator mistaken = parts[0].equals("DATABASE_URL")
                ? migrator.withoutEnv("PGHOST", "PGPORT", "PGDATABASE", "PGUSER", "PGPASSWORD", "PGSSLMODE")
                : migrator;
        for (String command : COMMANDS) {
            Ended ended = mistaken.withEnv(parts[0], value).run(command);
            assertThat(ended.exitCode()).as("%s: %s", command, ended).isEqualTo(exit);
            assertThat(ended.message() + ended.output()).doesNotContain(database.password());
            if (exit != 0 || command.equals("migrate")) {
                assertThat(ended.message()).contains(says);
            }
        }
        server.dropDatabase(database.name());
    }

    /** Both drivers wait for a failover to end, and agree if it does not. */
    @Test
    void ofHostsThatAreAllStandbysNoneIsMigrated() throws IOException {
        try (PostgresServer standby = PostgresServer.start(Major.NEWEST)) {
            TestDatabase database = standby.createDatabase();
            standby.becomeStandby();
            Migrator migrator =
                    migrator(database).withEnv("PGHOST", "127.0.0.1,localhost").with(Setting.CONNECT_TIMEOUT, "3s");
            for (String command : COMMANDS) {
                Ended ended = migrator.run(command).expect(ExitCode.PREFLIGHT_REFUSED);
                JsonNode report = JSON.readTree(ended.message());
                assertThat(report.path("message").asText())
                        .as(command)
                        .contains("none of 127.0.0.1:" + standby.port() + ",localhost:" + standby.port()
                                + " is a primary");
                assertThat(report.path("wayOut").asText()).contains("name the primary among the hosts");
                assertThat(report.path("durationMs").asLong()).as(command).isBetween(3_000L, 25_000L);
            }
        }
    }

    /** What a script does to its own session, it would do each time. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            select pg_terminate_backend(pg_backend_pid()); | false | 2
            do $$ begin perform pg_terminate_backend(pg_backend_pid()); perform pg_sleep(1); end $$; | false | 2
            select end_it(); | false | 2
            COPY select end_it(); | false | 2
            select end_it(); | true | 1
            """)
    void aScriptThatEndsItsSessionRunsTwiceAtMost(String sql, boolean outside, int runs) {
        TestDatabase database = server.createDatabase();
        Scripts scripts = Scripts.in(folder)
                .with(
                        "V1__a.sql",
                        "create sequence runs; create table t (i int); create function end_it() returns bool"
                                + " language sql as 'select pg_terminate_backend(pg_backend_pid())';")
                .with("V2__b.sql", "select nextval('runs');\n" + sql.replace("COPY", "copy t from stdin;\n1\n\\.\n"));
        if (outside) {
            scripts.with("V2__b.sql.conf", "executeInTransaction=false");
        }
        Ended ended = Migrator.of(database, scripts, folder).run().expect(ExitCode.MIGRATION_FAILED);
        assertThat(ended.message())
                .contains(
                        outside
                                ? "V2__b.sql was started by"
                                : "the connection was lost twice in a row in V2__b.sql, line ");
        assertThat(database.query("select last_value from runs")).isEqualTo(Integer.toString(runs));
        assertThat(History.applied(database)).containsExactly("1");
        server.dropDatabase(database.name());
    }

    @ParameterizedTest
    @ValueSource(strings = {"select pg_sleep(300);", "set statement_timeout = '5min'; select pg_sleep(300);"})
    void aPersonsCancelIsNoTimeout(String sql) throws IOException {
        TestDatabase database = server.createDatabase();
        Scripts scripts = Scripts.in(folder).with("V1__a.sql", sql);
        try (Replica replica = Migrator.of(database, scripts, folder)
                .with(Setting.STATEMENT_TIMEOUT, "4m")
                .start("api-0")) {
            Eventually.runs(database, "select pg_sleep");
            database.execute("select pg_cancel_backend(pid) from pg_stat_activity where query like 'select pg_sleep%'");
            JsonNode report = JSON.readTree(
                    replica.awaitEnd().expect(ExitCode.MIGRATION_FAILED).message());
            assertThat(report.path("message").asText())
                    .contains("V1__a.sql, line 1: canceling statement due to user request (SQLSTATE 57014)");
            assertThat(report.path("wayOut").asText()).contains("someone cancelled the statement by pg_cancel_backend");
        }
        server.dropDatabase(database.name());
    }

    /** The way out that 55P04 names, followed to the letter. */
    @Test
    void theWayOutForANewEnumValueLeadsOut() throws IOException {
        TestDatabase database = server.createDatabase();
        Scripts scripts = Scripts.in(folder)
                .with("V1__a.sql", "create type st as enum ('A'); create table t (s st);")
                .with("V2__b.sql", "alter type st add value 'B'; alter table t alter column s set default 'B';");
        Migrator migrator = Migrator.of(database, scripts, folder);
        Ended refused = migrator.run().expect(ExitCode.MIGRATION_FAILED);
        assertThat(JSON.readTree(refused.message()).path("wayOut").asText())
                .isEqualTo("put what uses the new enum value into a migration of its own, after the one that adds it");
        scripts.with("V2__b.sql", "alter type st add value 'B';")
                .with("V3__c.sql", "alter table t alter column s set default 'B';");
        migrator.run("preflight").expect(ExitCode.OK);
        migrator.run().expect(ExitCode.OK);
        assertThat(History.applied(database)).containsExactly("1", "2", "3");
        server.dropDatabase(database.name());
    }

    /** A file system of a few MiB, in memory, as a tablespace. */
    @Test
    void aFullDiskIsNoMistakeOfTheScript() throws IOException, InterruptedException {
        Path disk = Files.createTempDirectory(Path.of("/tmp"), "slipway-disk-");
        mount(disk);
        TestDatabase database = server.createDatabase();
        try {
            server.execute("create tablespace small location '" + disk + "'");
            server.execute("grant create on tablespace small to app");
            Scripts scripts = Scripts.in(folder)
                    .with(
                            "V1__a.sql",
                            "create table big tablespace small as select i, repeat('x', 500) from generate_series(1, 20000) i;");
            Ended ended = Migrator.of(database, scripts, folder).run().expect(ExitCode.MIGRATION_FAILED);
            JsonNode report = JSON.readTree(ended.message());
            assertThat(report.path("message").asText())
                    .contains(
                            "V1__a.sql, line 1: could not extend file",
                            "(SQLSTATE 53100); everything it did was rolled back");
            assertThat(report.path("wayOut").asText()).contains("free space on the database server");
        } finally {
            server.dropDatabase(database.name());
            server.execute("drop tablespace if exists small");
            run("umount", disk.toString());
            Files.delete(disk);
        }
    }

    private static void mount(Path disk) throws IOException, InterruptedException {
        if (run("mount", "-t", "tmpfs", "-o", "size=4m,mode=777,uid=65534", "slipway-test", disk.toString()) != 0) {
            Files.delete(disk);
            throw Prerequisite.missing("a file system of its own needs root");
        }
    }

    private static int run(String... command) throws IOException, InterruptedException {
        return new ProcessBuilder(command).inheritIO().start().waitFor();
    }

    @Test
    void aLockedHistoryIsWaitedForAndItsHolderNamed() throws SQLException, IOException {
        TestDatabase database = server.createDatabase();
        Migrator migrator = migrator(database);
        migrator.run().expect(ExitCode.OK);
        for (String table : List.of("flyway_schema_history", "slipway_run")) {
            try (Connection other = database.connect();
                    Statement statement = other.createStatement()) {
                statement.execute("set application_name = 'night shift'");
                other.setAutoCommit(false);
                statement.execute("lock table " + table + " in access exclusive mode");
                boolean history = table.equals("flyway_schema_history");
                for (String command : history ? COMMANDS : List.of("preflight")) {
                    Migrator impatient = migrator.with(Setting.WAIT_TIMEOUT, "3s");
                    // With nothing pending a pod looks at the history only.
                    Ended ended = history ? impatient.run(command) : impatient.runByHand(command);
                    ended.expect(ExitCode.WAIT_TIMEOUT);
                    JsonNode report = JSON.readTree(ended.message());
                    assertThat(report.path("message").asText())
                            .as(command)
                            .contains(
                                    "the table " + table + ", which is locked by pid ",
                                    "(night shift), idle in transaction");
                    assertThat(report.path("wayOut").asText()).as(command).contains("select pg_terminate_backend(");
                }
                try (Replica waiting = migrator.start("api-1")) {
                    if (history) {
                        waiting.awaitLine("waiting for a table");
                    }
                    other.rollback();
                    waiting.awaitEnd().expect(ExitCode.OK);
                }
            }
        }
        server.dropDatabase(database.name());
    }

    /** A script may raise any SQLSTATE: that is no reason to connect again, and only its own text counts. */
    @ParameterizedTest
    @CsvSource({"57P01", "57P03", "08006", "08P01", "53300", "25P03"})
    void whatAScriptRaisesOverASessionThatLivesIsTheScripts(String state) throws IOException {
        TestDatabase database = server.createDatabase();
        String raise = "do $$ begin raise exception 'not today' using errcode = '" + state
                + "', detail = 'row 4711', hint = 'ask Ann'; end $$;";
        for (String kind : List.of("pipelined", "one by one", "outside a transaction")) {
            database.execute("create table if not exists t (id int); drop table if exists flyway_schema_history;"
                    + " drop table if exists slipway_run");
            String before = kind.equals("one by one") ? "copy t from stdin;\n1\n\\.\n" : "select 1;\n";
            Scripts scripts = Scripts.in(folder).with("V1__a.sql", before + raise);
            if (kind.equals("outside a transaction")) {
                scripts.with("V1__a.sql.conf", "executeInTransaction=false");
            }
            Ended ended = Migrator.of(database, scripts, folder)
                    .with(Setting.BASELINE_VERSION, "0")
                    .run()
                    .expect(ExitCode.MIGRATION_FAILED);
            assertThat(ended.lines("connecting again")).isEmpty();
            JsonNode details = JSON.readTree(ended.message()).path("details");
            assertThat(ended.message()).contains("V1__a.sql, line ", "not today (SQLSTATE " + state + ")");
            assertThat(details.path("hint").asText()).isEqualTo("ask Ann");
            assertThat(details.has("detail")).isFalse();
        }
        server.dropDatabase(database.name());
    }

    /** The statement that fails; the server's message about it, and the way out; the value never leaves. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            create unique index on p (mail) | 23505 | key (mail) | merge or delete them
            alter table p add unique (mail) | 23505 | key (mail) | merge or delete them
            alter table p add check (mail <> 'a' and length(mail) < 3) | 23514 | - | correct them in a migration
            alter table p alter column mail type int using mail::int | 22P02 | - | correct the SQL
            alter table p alter column note set not null | 23502 | - | correct them in a migration
            update p set note = mail, id = null | 23502 | - | correct them in a migration
            alter table p add foreign key (mail) references q (mail) | 23503 | key (mail) | correct them in a migration
            create table p (id int) | 42P07 | - | it is there already
            drop table q | 2BP01 | depends on table q | drop or change first
            alter type colour add value 'blue'; create table c (c colour default 'blue') | 55P04 | - | a migration of its own
            do $$ begin execute 'vacuum p'; end $$ | 25001 | - | executeInTransaction=false
            select pg_sleep(60) | 57014 | - | raise statement-timeout
            """)
    void theWayOutFitsTheSituationAndNoValueLeaves(String sql, String state, String detail, String wayOut)
            throws IOException {
        TestDatabase database = server.createDatabase();
        Scripts scripts = Scripts.in(folder)
                .with(
                        "V1__a.sql",
                        "create table p (id int primary key, mail text, note text);"
                                + " insert into p values (1, 'geheim', null), (2, 'geheim', null);"
                                + " create table q (mail text primary key); create view v as select * from q;"
                                + " create type colour as enum ('red');")
                .with("V2__b.sql", sql + ";");
        Ended ended = Migrator.of(database, scripts, folder)
                .with(Setting.STATEMENT_TIMEOUT, "2s")
                .run()
                .expect(ExitCode.MIGRATION_FAILED);
        JsonNode report = JSON.readTree(ended.message());
        assertThat(report.path("message").asText()).contains("V2__b.sql, line 1", "(SQLSTATE " + state + ")");
        assertThat(report.path("wayOut").asText()).contains(wayOut);
        String seen = report.path("details").path("detail").asText("-");
        assertThat(seen).contains(detail);
        assertThat(ended.message() + ended.output()).doesNotContain("geheim");
        assertThat(database.rows("select coalesce(error, '') from slipway_run"))
                .noneMatch(error -> error.contains("geheim"));
        server.dropDatabase(database.name());
    }

    private Migrator migrator(TestDatabase database) {
        Scripts scripts = Scripts.in(folder).with("V1__orders.sql", "create table orders (id int primary key);");
        return Migrator.of(database, scripts, folder).withEnv("PGSSLMODE", "prefer");
    }
}
