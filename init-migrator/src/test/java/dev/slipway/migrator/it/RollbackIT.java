package dev.slipway.migrator.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.contract.ExitCode;
import dev.slipway.contract.Setting;
import dev.slipway.testkit.postgres.PostgresTest;
import dev.slipway.testkit.postgres.TestDatabase;
import dev.slipway.testkit.process.Program;
import dev.slipway.testkit.process.Signal;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.output.MigrateResult;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** Going back: what is undone, what is refused, and what is left after a power cut. */
class RollbackIT {
    /** Lets the test stop an undo script in its middle, by holding this lock. */
    private static final String GATE = "select pg_advisory_xact_lock(42);\n";

    @TempDir
    private Path folder;

    private Scripts scripts;
    private Scripts undo;

    @BeforeEach
    void writeThreeVersionsAndAView() {
        scripts = Scripts.in(folder)
                .with("V1__customers.sql", "create table customers (id int primary key, name text);")
                .with("V2__orders.sql", """
                        create table orders (id int primary key, customer int references customers, total numeric);
                        create index orders_customer on orders (customer);
                        """)
                .with("V3__phone.sql", "alter table customers add phone text;")
                .with(
                        "R__totals.sql",
                        "create or replace view totals as select customer, sum(total) from orders group by 1;");
        undo = Scripts.in(scripts.folder(), "undo")
                .with("U1__customers.sql", "drop table customers;")
                .with("U2__orders.sql", "drop view if exists totals;\n" + GATE + "drop table orders;")
                .with("U3__phone.sql", "alter table customers drop column phone;");
    }

    @PostgresTest
    void threeVersionsBackAndForthTenTimesEndInTheSameSchema(TestDatabase database) {
        scripts.with("V0.1__base.sql", "create table base (id int);");
        migrator(database).run().expect(ExitCode.OK);
        String before = SchemaDump.of(database);
        assertThat(before).contains("orders", "phone", "totals");

        for (int time = 0; time < 10; time++) {
            rollback(database, "0.1").expect(ExitCode.OK);
            assertThat(SchemaDump.of(database)).contains("base").doesNotContain("customers", "orders", "totals");
            migrator(database).run().expect(ExitCode.OK);
            assertThat(SchemaDump.of(database)).isEqualTo(before);
        }

        assertThat(History.applied(database)).containsExactly("0.1", "1", "2", "3", "totals");
        assertThat(database.query("select count(*) from slipway_run where state = 'undone'"))
                .isEqualTo("30");
    }

    @PostgresTest(onOneMajor = true)
    void theSampleApplicationGoesBackToNothingAndForwardAgain(TestDatabase database) {
        Migrator sample = Migrator.of(database, new Scripts(Program.inSourceTree("migrations/sql")), folder);
        sample.run().expect(ExitCode.OK);
        String before = SchemaDump.of(database);

        sample.run("rollback", "--to", "0", "--confirm", database.name() + "@0", "--no-delay")
                .expect(ExitCode.OK);
        assertThat(SchemaDump.of(database)).doesNotContain("customers", "orders");
        sample.run().expect(ExitCode.OK);

        assertThat(SchemaDump.of(database)).isEqualTo(before);
        assertThat(database.query("select count(*) from orders")).isEqualTo("40000");
    }

    @PostgresTest(onOneMajor = true)
    void anImageThatKnowsNothingOfTheVersionsUndoesThemFromTheDatabase(TestDatabase database) {
        migrator(database).run().expect(ExitCode.OK);
        Scripts old = Scripts.in(folder, "old")
                .with("V1__customers.sql", "create table customers (id int primary key, name text);");
        Migrator older = Migrator.of(database, old, folder);

        older.run("rollback", "--to", "1", "--confirm", database.name() + "@1", "--no-delay")
                .expect(ExitCode.OK);

        assertThat(History.applied(database)).containsExactly("1");
        assertThat(database.rows("select script || ' ' || note from slipway_run where state = 'undone' order by id"))
                .containsExactly(
                        "undo/U3__phone.sql rollback to 1, undo script as stored when it was applied",
                        "undo/U2__orders.sql rollback to 1, undo script as stored when it was applied");
        assertThat(database.query("select distinct run_by from slipway_run where state = 'undone'"))
                .isEqualTo("slipway/shop/api-0");
        assertThat(older.run().expect(ExitCode.OK).output()).contains("nothing to do");
    }

    @PostgresTest(onOneMajor = true)
    void noFolderIsNeededAtAll(TestDatabase database) {
        migrator(database).run().expect(ExitCode.OK);

        migrator(database)
                .withoutEnv(Setting.MIGRATIONS.env())
                .run("rollback", "--to", "0", "--confirm", database.name() + "@0", "--no-delay")
                .expect(ExitCode.OK);

        assertThat(History.applied(database)).isEmpty();
    }

    @PostgresTest
    void flywayItselfGoesOnAfterARollback(TestDatabase database) {
        migrator(database).run().expect(ExitCode.OK);
        rollback(database, "1").expect(ExitCode.OK);

        MigrateResult result = Flyway.configure()
                .dataSource(database.jdbcUrl(), database.user(), database.password())
                .locations("filesystem:" + scripts.folder())
                .load()
                .migrate();

        assertThat(result.migrations)
                .extracting(each -> each.filepath.replaceAll(".*/", ""))
                .containsExactly("V2__orders.sql", "V3__phone.sql", "R__totals.sql");
        assertThat(migrator(database).run().expect(ExitCode.OK).output()).contains("nothing to do");
    }

    @PostgresTest(onOneMajor = true)
    void everyMissingUndoScriptIsNamedBeforeAnythingRuns(TestDatabase database) {
        undo.without("U1__customers.sql").with("U2__orders.sql", "-- later");
        migrator(database).run().expect(ExitCode.OK);

        rollback(database, "0")
                .expectPlainAnswer(
                        ExitCode.ROLLBACK_REFUSED,
                        database.password(),
                        "version 1 (customers) has no undo script",
                        "version 2 (orders) has no undo script");

        assertThat(History.applied(database)).containsExactly("1", "2", "3", "totals");
    }

    @PostgresTest(onOneMajor = true)
    void whereFileAndDatabaseDifferNobodyGuesses(TestDatabase database) {
        migrator(database).run().expect(ExitCode.OK);
        undo.with("U3__phone.sql", "alter table customers drop column phone; create table marker (id int);");

        rollback(database, "2")
                .expectPlainAnswer(
                        ExitCode.ROLLBACK_REFUSED,
                        database.password(),
                        "version 3 (phone) has two different undo scripts",
                        "--undo-from stored or --undo-from file");
        rollback(database, "2", "--undo-from", "file").expect(ExitCode.OK);

        assertThat(database.rows("select 1 from pg_class where relname = 'marker'"))
                .hasSize(1);
    }

    @PostgresTest(onOneMajor = true)
    void aStoredScriptThatSomebodyChangedIsNotRun(TestDatabase database) {
        migrator(database).run().expect(ExitCode.OK);
        undo.without("U3__phone.sql");
        database.execute("update slipway_run set undo_sql = 'drop table customers cascade' where version = '3'");

        rollback(database, "2")
                .expectPlainAnswer(ExitCode.ROLLBACK_REFUSED, database.password(), "it was changed in the database");
    }

    @PostgresTest(onOneMajor = true)
    void theConfirmationIsBoundToDatabaseAndVersion(TestDatabase database) {
        migrator(database).run().expect(ExitCode.OK);
        Migrator migrator = migrator(database);

        for (String confirmation : List.of("other@2", database.name() + "@1", database.name(), "yes")) {
            migrator.run("rollback", "--to", "2", "--no-delay", "--confirm", confirmation)
                    .expectPlainAnswer(
                            ExitCode.ROLLBACK_REFUSED,
                            database.password(),
                            "is for something else",
                            "--confirm " + database.name() + "@2");
        }
        migrator.run("rollback", "--to", "2", "--no-delay")
                .expectPlainAnswer(ExitCode.ROLLBACK_REFUSED, database.password(), "was not confirmed");

        assertThat(History.applied(database)).contains("3");
    }

    /** script(1), of every Debian, gives the process a terminal. */
    @PostgresTest(onOneMajor = true)
    void onATerminalThePersonIsAsked(TestDatabase database) {
        migrator(database).run().expect(ExitCode.OK);

        assertThat(answering("yes", database))
                .contains("To undo this, type " + database.name() + "@2", "is for something else");
        assertThat(History.applied(database)).contains("3");
        assertThat(answering(database.name() + "@2", database)).contains("undid 3; schema is at version 2");
        assertThat(History.applied(database)).containsExactly("1", "2");
    }

    private String answering(String answer, TestDatabase database) {
        String command =
                Program.java() + " -jar " + System.getProperty(Program.MIGRATOR_JAR) + " rollback --to 2 --no-delay";
        try (var terminal = Program.of("sh", "-c", "echo '" + answer + "' | script -qec '" + command + "' /dev/null")
                .withEnv(migrator(database).withoutEnv(Setting.LOG_FORMAT.env()).env())
                .start()) {
            return terminal.awaitExit(Migrator.DEADLINE).text();
        }
    }

    @PostgresTest(onOneMajor = true)
    void whatWouldBeLostIsShownFirst(TestDatabase database) {
        migrator(database).run().expect(ExitCode.OK);
        database.execute("insert into customers values (1, 'a', '030'), (2, 'b', null);"
                + "insert into orders select n, 1, n from generate_series(1, 1234) n");

        Ended ended = migrator(database)
                .with(Setting.LOG_FORMAT, "text")
                .run("rollback", "--to", "1", "--dry-run")
                .expect(ExitCode.OK);

        assertThat(ended.output())
                .contains(
                        "Rollback of database " + database.name() + " from version 3 to 1",
                        "version 3, line 1: column public.customers.phone, 1 of 2 rows have a value",
                        "version 2, line 3: table public.orders, 1234 rows",
                        "would undo version 3, version 2; nothing has been changed");
        assertThat(History.applied(database)).contains("3");
    }

    @PostgresTest(onOneMajor = true)
    void everyMistakeOfTheCommandLineIsSaidAtOnce(TestDatabase database) {
        migrator(database)
                .run("rollback", "--to", "one", "--delay", "0", "--undo-from", "here")
                .expectPlainAnswer(
                        ExitCode.USAGE,
                        database.password(),
                        "--to is 'one'",
                        "--delay is zero; to begin at once, say --no-delay",
                        "--undo-from is 'here'");
    }

    @PostgresTest(onOneMajor = true)
    void aVersionThatWasNeverAppliedIsNoTarget(TestDatabase database) {
        migrator(database).run().expect(ExitCode.OK);

        rollback(database, "1.5")
                .expectPlainAnswer(
                        ExitCode.ROLLBACK_REFUSED,
                        database.password(),
                        "version 1.5 is not applied; applied are 1, 2, 3");
    }

    @PostgresTest(onOneMajor = true)
    void whatLiesBeforeABaselineCannotBeUndone(TestDatabase database) {
        database.execute("create table customers (id int primary key, name text)");
        migrator(database).with(Setting.BASELINE_VERSION, "1").run().expect(ExitCode.OK);

        rollback(database, "0")
                .expectPlainAnswer(
                        ExitCode.ROLLBACK_REFUSED,
                        database.password(),
                        "the history begins with version 1, a baseline");
        rollback(database, "1").expect(ExitCode.OK);

        assertThat(History.applied(database)).containsExactly("1");
    }

    @PostgresTest(onOneMajor = true)
    void theDelayIsTheTimeToStopIt(TestDatabase database) {
        migrator(database).run().expect(ExitCode.OK);

        try (Replica waiting = migrator(database)
                .start("admin", "rollback", "--to", "2", "--confirm", database.name() + "@2", "--delay", "10m")) {
            waiting.awaitLine("rolling back soon");
            assertThat(database.rows("select 1 from pg_stat_activity where application_name = 'slipway/shop/admin'"))
                    .as("who waits holds nothing")
                    .isEmpty();
            waiting.signal(Signal.TERM);
            waiting.awaitEnd().expect(ExitCode.TERMINATED);
        }

        assertThat(History.applied(database)).contains("3");
    }

    @PostgresTest
    void killedInItsMiddleNothingIsHalfDoneAndItCanBeRepeated(TestDatabase database) throws SQLException {
        migrator(database).run().expect(ExitCode.OK);
        String before = SchemaDump.of(database);

        try (Connection gate = closedGate(database);
                Replica killed = startRollback(database, "0")) {
            Eventually.runs(database, "select pg_advisory_xact_lock");
            killed.signal(Signal.KILL);
            Eventually.that(
                    "the end of its session",
                    () -> database.rows("select 1 from pg_stat_activity where application_name = 'slipway/shop/admin'")
                            .isEmpty());
            assertThat(gate.isClosed()).isFalse();
        }
        assertThat(History.applied(database))
                .as("3 was undone before, 2 not at all")
                .containsExactly("1", "2");
        assertThat(SchemaDump.of(database)).contains("orders", "totals").doesNotContain("phone");

        rollback(database, "0").expect(ExitCode.OK);
        assertThat(History.applied(database)).isEmpty();
        migrator(database).run().expect(ExitCode.OK);
        assertThat(SchemaDump.of(database)).isEqualTo(before);
    }

    /** They take the lock one after the other, and replicas of the newer image then migrate again. */
    @PostgresTest(onOneMajor = true)
    void replicasThatStartMeanwhileWaitAndThenMigrateAgain(TestDatabase database) throws SQLException {
        migrator(database).run().expect(ExitCode.OK);
        List<Replica> replicas;

        try (Replica rollback = startRollbackBehind(closedGate(database), database)) {
            replicas = IntStream.range(0, 3)
                    .mapToObj(number -> migrator(database).start("api-" + number))
                    .toList();
            replicas.forEach(replica -> replica.awaitLine("waiting for another replica to migrate"));
            assertThat(History.applied(database)).containsExactly("1", "2");
            openGate(database);
            rollback.awaitEnd().expect(ExitCode.OK);
        }
        replicas.forEach(replica -> replica.awaitEnd().expect(ExitCode.OK));
        replicas.forEach(Replica::close);

        assertThat(History.applied(database)).containsExactly("1", "2", "3", "totals");
    }

    @PostgresTest(onOneMajor = true)
    void onlyWhatWasShownIsUndone(TestDatabase database) {
        migrator(database).run().expect(ExitCode.OK);

        try (Replica waiting = migrator(database)
                .start("admin", "rollback", "--to", "2", "--confirm", database.name() + "@2", "--delay", "8s")) {
            waiting.awaitLine("rolling back soon");
            database.execute(
                    "insert into flyway_schema_history values (99, '4', 'more', 'SQL', 'V4__more.sql', 1, 'me',"
                            + " now(), 1, true)");
            waiting.awaitEnd()
                    .expectPlainAnswer(
                            ExitCode.ROLLBACK_REFUSED,
                            database.password(),
                            "the history changed after the plan was shown");
        }

        assertThat(History.applied(database)).contains("3", "4");
    }

    @PostgresTest(onOneMajor = true)
    void aFailingUndoScriptLeavesItsVersionAsItWas(TestDatabase database) {
        migrator(database).run().expect(ExitCode.OK);
        database.execute("create table others (customer int references customers)");

        rollback(database, "0")
                .expectPlainAnswer(
                        ExitCode.MIGRATION_FAILED,
                        database.password(),
                        "undo/U1__customers.sql, line 1",
                        "everything it did was rolled back; undone before it, and for good: 3, 2");

        assertThat(History.applied(database)).containsExactly("1");
        database.execute("drop table others");
        rollback(database, "0").expect(ExitCode.OK);
    }

    @PostgresTest
    void aConcurrentlyBuiltIndexIsDroppedConcurrentlyEvenAfterAKill(TestDatabase database) {
        scripts.with("V4__index.sql", "create index concurrently customers_name on customers (name);");
        undo.with("U4__index.sql", "drop index concurrently customers_name;");
        migrator(database).run().expect(ExitCode.OK);
        try (OldTransaction reader = OldTransaction.that(database, "select count(*) from customers");
                Replica killed = startRollback(database, "3")) {
            Eventually.runs(database, "drop index concurrently");
            killed.signal(Signal.KILL);
            Eventually.that(
                    "the end of its session",
                    () -> database.rows("select 1 from pg_stat_activity where application_name = 'slipway/shop/admin'")
                            .isEmpty());
            reader.end();
        }
        assertThat(History.applied(database)).contains("4");
        // As if the kill had come a moment later: the statement did its work, but the ledger does not say so.
        database.execute("drop index if exists customers_name");

        rollback(database, "3").expect(ExitCode.OK);

        assertThat(History.applied(database)).containsExactly("1", "2", "3");
        assertThat(History.invalidIndexes(database)).isEmpty();
        migrator(database).run().expect(ExitCode.OK);
        rollback(database, "3").expect(ExitCode.OK);
        assertThat(database.rows("select 1 from pg_class where relname = 'customers_name'"))
                .isEmpty();
    }

    private Migrator migrator(TestDatabase database) {
        // The gate is a lock too, and the script has to wait for it.
        return Migrator.of(database, scripts, folder).with(Setting.LOCK_TIMEOUT, "0");
    }

    private Ended rollback(TestDatabase database, String version, String... more) {
        try (Replica replica = startRollback(database, version, more)) {
            return replica.awaitEnd();
        }
    }

    private Replica startRollback(TestDatabase database, String version, String... more) {
        var arguments = new ArrayList<>(
                List.of("rollback", "--to", version, "--confirm", database.name() + "@" + version, "--no-delay"));
        arguments.addAll(List.of(more));
        return migrator(database).start("admin", arguments.toArray(String[]::new));
    }

    private static Connection closedGate(TestDatabase database) throws SQLException {
        Connection gate = database.connect();
        try (Statement statement = gate.createStatement()) {
            statement.execute("set application_name = 'gate'; select pg_advisory_lock(42)");
        }
        return gate;
    }

    private Replica startRollbackBehind(Connection gate, TestDatabase database) {
        Replica rollback = startRollback(database, "0");
        Eventually.runs(database, "select pg_advisory_xact_lock");
        assertThat(gate).isNotNull();
        return rollback;
    }

    private static void openGate(TestDatabase database) {
        database.query("select count(pg_terminate_backend(pid)) from pg_stat_activity where application_name = 'gate'");
    }
}
