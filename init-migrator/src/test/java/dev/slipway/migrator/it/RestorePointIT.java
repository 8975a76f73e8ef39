package dev.slipway.migrator.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.slipway.contract.ExitCode;
import dev.slipway.contract.Setting;
import dev.slipway.testkit.postgres.Major;
import dev.slipway.testkit.postgres.PostgresServer;
import dev.slipway.testkit.postgres.PostgresTest;
import dev.slipway.testkit.postgres.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postgresql.PGConnection;
import org.postgresql.replication.LogSequenceNumber;

/** A named restore point before the first pending script, on a server that archives its log, and on others. */
class RestorePointIT {
    private static final String GRANT = "grant execute on function pg_create_restore_point(text) to app";
    private static final String NAME = "slipway_before_%s_[0-9]{8}T[0-9]{9}Z_[0-9]+";

    private static PostgresServer server;

    @TempDir
    private Path folder;

    private Scripts scripts;

    @BeforeAll
    static void startServer() {
        server = PostgresServer.startArchiving(Major.NEWEST);
    }

    @AfterAll
    static void stopServer() {
        server.close();
    }

    @BeforeEach
    void writeTwo() {
        scripts = Scripts.in(folder)
                .with("V1__a.sql", "create table a (i int);")
                .with("V2__b.sql", "create table b (i int);");
    }

    @Test
    void oneReplicaMakesOneAndItsNameIsInLogMessageLedgerAndStatus() throws IOException {
        TestDatabase database = granted(server.createDatabase());
        List<Replica> replicas = List.of(
                migrator(database).start("api-0"),
                migrator(database).start("api-1"),
                migrator(database).start("api-2"));
        List<Ended> ended = replicas.stream()
                .map(each -> each.awaitEnd().expect(ExitCode.OK))
                .toList();
        replicas.forEach(Replica::close);

        Ended migrated = ended.stream()
                .filter(each -> each.message().contains("\"outcome\":\"applied\""))
                .findFirst()
                .orElseThrow();
        JsonNode message = new ObjectMapper().readTree(migrated.message());
        String name = message.path("details").path("restorePoint").asText();
        String lsn = message.path("details").path("restoreLsn").asText();
        assertThat(name).matches(NAME.formatted("1")).hasSizeLessThanOrEqualTo(63);
        assertThat(message.path("message").asText()).endsWith("; restore point " + name);
        assertThat(migrated.lines("restore point made"))
                .singleElement()
                .asString()
                .contains(name, lsn);
        assertThat(madeIn(database)).singleElement().asString().contains(name);
        assertThat(database.rows("select version, restore_point, restore_lsn from slipway_run order by id"))
                .containsExactly("1|" + name + "|" + lsn, "2|" + name + "|" + lsn);
        Ended status = migrator(database).run("status").expect(ExitCode.OK);
        assertThat(status.process().stdout()).contains("newest restore point: " + name + " at " + lsn);
        assertThat(migrator(database).run("status", "--json").output())
                .contains("\"restorePoint\":\"" + name + "\"", "\"restoreLsn\":\"" + lsn + "\"");
    }

    @Test
    void whatExecutesNothingMakesNone() throws IOException {
        TestDatabase database = granted(server.createDatabase());
        for (String command : List.of("preflight", "plan", "validate", "status")) {
            migrator(database).run(command).expect(ExitCode.OK);
        }
        migrator(database).with(Setting.RESTORE_POINT, "off").run().expect(ExitCode.OK);
        migrator(database).with(Setting.RESTORE_POINT, "require").run().expect(ExitCode.OK);
        scripts.with("V3__c.sql", "-- slipway: contract\ndrop table a;");
        migrator(database).with(Setting.PHASE, "expand").run().expect(ExitCode.OK);
        TestDatabase adopted = granted(server.createDatabase());
        adopted.execute("create table old (i int)");
        migrator(adopted)
                .with(Setting.BASELINE_VERSION, "9")
                .with(Setting.RESTORE_POINT, "require")
                .run()
                .expect(ExitCode.OK);

        assertThat(madeIn(database)).isEmpty();
        assertThat(madeIn(adopted)).isEmpty();
    }

    @Test
    void aRepeatableMigrationIsPendingTooAndAFailureNamesThePointAsWell() throws IOException {
        TestDatabase database = granted(server.createDatabase());
        migrator(database).with(Setting.RESTORE_POINT, "off").run().expect(ExitCode.OK);
        scripts.with("R__view.sql", "create view v as select nothing from a");

        Ended failed = migrator(database).run().expect(ExitCode.MIGRATION_FAILED);

        assertThat(madeIn(database)).singleElement().asString().containsPattern(NAME.formatted("repeatables"));
        assertThat(failed.message()).containsPattern(NAME.formatted("repeatables"));
        assertThat(database.query(
                        "select count(*) from slipway_run where state = 'failed' and restore_point is not null"))
                .isEqualTo("1");
    }

    @Test
    void withoutTheRightItIsSaidOnceAndTheServersLogStaysClean() throws IOException {
        TestDatabase database = server.createDatabase();
        String sentence = "role app may not execute pg_create_restore_point in database " + database.name();
        for (String command : List.of("preflight", "migrate")) {
            migrator(database)
                    .with(Setting.RESTORE_POINT, "require")
                    .run(command)
                    .expectPlainAnswer(
                            ExitCode.PREFLIGHT_REFUSED,
                            database.password(),
                            "a restore point is required, but " + sentence,
                            "grant execute on function pg_catalog.pg_create_restore_point(text)");
        }
        assertThat(database.rows("select 1 from pg_class where relnamespace = 'public'::regnamespace"))
                .isEmpty();

        Ended auto = migrator(database).run().expect(ExitCode.OK);
        assertThat(auto.lines("restore point")).singleElement().asString().contains("\"level\":\"info\"", sentence);
        assertThat(logOf(database)).noneMatch(line -> line.contains("permission denied"));

        migrator(database).with(Setting.RESTORE_POINT, "require").run().expect(ExitCode.OK);
        assertThat(migrator(database)
                        .with(Setting.RESTORE_POINT, "require")
                        .runByHand("preflight")
                        .expect(ExitCode.OK)
                        .output())
                .contains("it stops no pod yet");
    }

    /** As hosted services do it: without the function, or with one that refuses in words of its own. */
    @Test
    void aServerThatRefusesTheCallItselfStopsOnlyThoseWhoRequireIt() throws SQLException {
        TestDatabase database = server.createDatabase();
        asSuperuser(database, "alter function pg_catalog.pg_create_restore_point(text) rename to of_the_provider");
        migrator(database)
                .with(Setting.RESTORE_POINT, "require")
                .run()
                .expectPlainAnswer(ExitCode.PREFLIGHT_REFUSED, database.password(), "has no function", "snapshot");
        asSuperuser(
                database,
                "create function pg_catalog.pg_create_restore_point(text) returns pg_lsn language plpgsql as"
                        + " $$ begin raise exception 'not on this service'; end $$");
        migrator(database)
                .with(Setting.RESTORE_POINT, "require")
                .run()
                .expectPlainAnswer(ExitCode.PREFLIGHT_REFUSED, database.password(), "not on this service", "snapshot");

        Ended auto = migrator(database).run().expect(ExitCode.OK);

        assertThat(auto.lines("no restore point is made")).hasSize(1);
        assertThat(History.applied(database)).containsExactly("1", "2");
    }

    @Test
    void itCostsOneRoundTripToLookOneToMakeItAndNoneIfNothingIsPending() throws SQLException {
        TestDatabase database = server.createDatabase();
        migrator(database).run().expect(ExitCode.OK);
        int off = turnsOfNext(database, 3, "off");
        int told = turnsOfNext(database, 4, "auto");
        asSuperuser(database, GRANT);
        int first = turnsOfNext(database, 5, "auto");
        int made = turnsOfNext(database, 6, "auto");

        assertThat(new int[] {told - off, made - off}).containsExactly(1, 2);
        assertThat(first).isEqualTo(made);
        assertThat(turns(database, "auto")).isEqualTo(turns(database, "off"));
    }

    @Test
    void aTableOfAttemptsWithoutTheColumnsGetsThemOnlyIfThereIsAPoint() throws SQLException, IOException {
        TestDatabase database = granted(server.createDatabase());
        String columns =
                "select count(*) from pg_attribute where attrelid = 'slipway_run'::regclass and not attisdropped"
                        + " and attname like 'restore%'";
        migrator(database).run().expect(ExitCode.OK);
        database.execute("alter table slipway_run drop column restore_point, drop column restore_lsn");

        scripts.with("V3__c.sql", "create table c (i int);");
        migrator(database).with(Setting.RESTORE_POINT, "off").run().expect(ExitCode.OK);
        assertThat(database.query(columns)).isEqualTo("0");
        asSuperuser(database, "alter table slipway_run owner to postgres; grant all on slipway_run to app");
        scripts.with("V4__d.sql", "create table d (i int);");
        assertThat(migrator(database).run().expect(ExitCode.OK).lines("going on without keeping the restore point"))
                .hasSize(1);
        assertThat(database.query("select count(*) from slipway_run where version = '4'"))
                .isEqualTo("1");

        asSuperuser(database, "alter table slipway_run owner to app");
        scripts.with("V5__e.sql", "create table e (i int);");
        migrator(database).run().expect(ExitCode.OK);
        assertThat(database.query("select restore_point from slipway_run where version = '5'"))
                .matches(NAME.formatted("5"));
    }

    @PostgresTest(onOneMajor = true)
    void withoutAnArchiveNoneIsMadeUnlessAProgramReceivesTheLog(TestDatabase database) throws SQLException {
        asSuperuser(database, GRANT);
        assertThat(migrator(database).run().expect(ExitCode.OK).lines("archive_mode is off and no program receives"))
                .hasSize(1);
        scripts.with("V3__c.sql", "create table c (i int);");
        migrator(database)
                .with(Setting.RESTORE_POINT, "require")
                .run()
                .expectPlainAnswer(ExitCode.PREFLIGHT_REFUSED, database.password(), "archive_mode is off");

        try (Connection receiver = receiver(database);
                var stream = receiver.unwrap(PGConnection.class)
                        .getReplicationAPI()
                        .replicationStream()
                        .physical()
                        .withStartPosition(LogSequenceNumber.valueOf(database.query("select pg_current_wal_lsn()")))
                        .start()) {
            assertThat(migrator(database)
                            .with(Setting.RESTORE_POINT, "require")
                            .run()
                            .expect(ExitCode.OK)
                            .lines("restore point made"))
                    .singleElement()
                    .asString()
                    .contains("only if what receives the log keeps it");
            assertThat(stream.isClosed()).isFalse();
        }
    }

    @Test
    void aLogThatKeepsTooLittleIsSaid() throws SQLException {
        try (PostgresServer minimal =
                PostgresServer.start(Major.NEWEST, Map.of("wal_level", "minimal", "max_wal_senders", "0"))) {
            TestDatabase database = granted(minimal.createDatabase());
            migrator(database)
                    .with(Setting.RESTORE_POINT, "require")
                    .run()
                    .expectPlainAnswer(
                            ExitCode.PREFLIGHT_REFUSED, database.password(), "wal_level is minimal", "replica");
            assertThat(migrator(database).run().expect(ExitCode.OK).lines("wal_level is minimal"))
                    .hasSize(1);
        }
    }

    /** The steps of docs/operating.md. */
    @Test
    void restoredToThePointTheSchemaAndTheRowsBeforeAreThere() throws IOException {
        TestDatabase database = granted(server.createDatabase());
        scripts.with("V2__b.sql", "create table b (i int, note text); insert into b values (1, 'old');");
        migrator(database).run().expect(ExitCode.OK);
        server.takeBaseBackup();
        database.execute("insert into b values (2, 'since the backup')");
        scripts.with("V3__less.sql", "alter table b drop column note; delete from b where i = 1;");
        migrator(database).with(Setting.RESTORE_POINT, "require").run().expect(ExitCode.OK);
        database.execute("insert into b values (3)");
        assertThat(database.rows("select * from b order by 1")).containsExactly("2", "3");
        String name = new ObjectMapper()
                .readTree(migrator(database)
                        .run("status", "--json")
                        .process()
                        .stdout()
                        .get(0))
                .path("restorePoint")
                .asText();

        server.restoreTo(name);

        assertThat(name).matches(NAME.formatted("3"));
        assertThat(database.rows("select * from b order by 1")).containsExactly("1|old", "2|since the backup");
        assertThat(History.applied(database)).containsExactly("1", "2");
        assertThat(migrator(database)
                        .run("status")
                        .expect(ExitCode.OK)
                        .process()
                        .stdout())
                .anyMatch(line -> line.contains("V3__less.sql") && line.contains("pending"));
    }

    private Migrator migrator(TestDatabase database) {
        return Migrator.of(database, scripts, folder);
    }

    private int turnsOfNext(TestDatabase database, int version, String wanted) {
        scripts.with("V" + version + "__t.sql", "create table t" + version + " (i int);");
        return turns(database, wanted);
    }

    private int turns(TestDatabase database, String wanted) {
        try (var between = new CountedTurns(database)) {
            migrator(database)
                    .with(Setting.RESTORE_POINT, wanted)
                    .withEnv("PGPORT", Integer.toString(between.port()))
                    .run()
                    .expect(ExitCode.OK);
            return between.turns();
        }
    }

    private static TestDatabase granted(TestDatabase database) {
        try {
            asSuperuser(database, GRANT);
            return database;
        } catch (SQLException failed) {
            throw new IllegalStateException(failed);
        }
    }

    private static void asSuperuser(TestDatabase database, String sql) throws SQLException {
        try (Connection connection = database.connectAsSuperuser();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** A session that receives the log, as pg_receivewal's. */
    private static Connection receiver(TestDatabase database) throws SQLException {
        var properties = new Properties();
        properties.put("user", PostgresServer.SUPERUSER);
        properties.put("password", database.server().superuserPassword());
        properties.put("replication", "true");
        properties.put("assumeMinServerVersion", "14");
        properties.put("preferQueryMode", "simple");
        return DriverManager.getConnection(database.jdbcUrl(), properties);
    }

    /** The lines in which the server says that it made a restore point. */
    private static List<String> madeIn(TestDatabase database) throws IOException {
        return logOf(database).stream()
                .filter(line -> line.contains("restore point \"") && line.contains("created at"))
                .toList();
    }

    private static List<String> logOf(TestDatabase database) throws IOException {
        return Files.readAllLines(database.server().log()).stream()
                .filter(line -> line.contains("@" + database.name() + " "))
                .toList();
    }
}
