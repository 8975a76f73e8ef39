package dev.slipway.migrator.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.contract.ExitCode;
import dev.slipway.contract.Setting;
import dev.slipway.testkit.postgres.PostgresTest;
import dev.slipway.testkit.postgres.TestDatabase;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/**
 * DDL that has to wait for another session's lock: it gives up soon, lets the queue behind it proceed, and tries again.
 */
class LockTimeoutIT {
    private static final String TRYING_AGAIN = "rolled back, and trying again";

    @TempDir
    private Path folder;

    private Scripts scripts;

    @BeforeEach
    void writeTheTable() {
        scripts = Scripts.in(folder).with("V1__orders.sql", """
                create table orders (id int primary key, sum int);
                insert into orders values (1, 10), (2, 20);
                """);
    }

    @PostgresTest
    void theBlockerIsNamedAndWhenItGoesTheMigrationSucceeds(TestDatabase database) {
        migrate(database);
        scripts.with("V2__alter.sql", "alter table orders add column note text;");
        try (var replicas = new Replicas(migrator(database).with(Setting.LOCK_TIMEOUT, "1s"));
                OldTransaction report = OldTransaction.that(database, "select * from orders")) {
            Replica replica = replicas.start();
            replica.awaitLine("\"message\":\"blocked\"");
            replica.awaitLine(TRYING_AGAIN);
            report.end();
            Ended ended = replica.awaitEnd().expect(ExitCode.OK);
            assertThat(ended.lines("\"message\":\"blocked\"").get(0))
                    .containsPattern("\"blockedBy\":\"pid \\d+ \\(monthly-report\\), idle in transaction for [0-9a-z]+:"
                            + " select \\* from orders\"")
                    .contains("alter table orders add column note text", "V2__alter.sql");
            assertThat(ended.lines(TRYING_AGAIN).get(0)).contains("55P03");
        }
        assertThat(History.attempts(database)).containsExactly("V1__orders.sql applied", "V2__alter.sql applied");
    }

    @PostgresTest(onOneMajor = true)
    void aBlockerThatStaysEndsTheRunWithItsNameAndTheWayOut(TestDatabase database) {
        migrate(database);
        scripts.with("V2__alter.sql", "alter table orders add column note text;");
        OldTransaction.that(database, "select * from orders")
                .during(() -> migrator(database)
                        .with(Setting.LOCK_TIMEOUT, "500ms")
                        .run()
                        .expectPlainAnswer(
                                ExitCode.MIGRATION_FAILED,
                                database.password(),
                                "V2__alter.sql, line 1: canceling statement due to lock timeout",
                                "SQLSTATE 55P03",
                                "everything it did was rolled back",
                                "it waited for pid ",
                                "(monthly-report), idle in transaction",
                                "end the session that is in the way, or raise lock-timeout"));
        assertThat(History.attempts(database)).containsExactly("V1__orders.sql applied", "V2__alter.sql failed");
        migrate(database);
    }

    @PostgresTest(onOneMajor = true)
    void theLosersOfADeadlockTryAgain(TestDatabase database) throws SQLException {
        scripts.with(
                "V1.1__more.sql", "create table items (id int primary key, sum int); insert into items values (1, 1);");
        migrate(database);
        scripts.with("V2__both.sql", """
                update orders set sum = sum + 1 where id = 1;
                update items set sum = sum + 1 where id = 1;
                """);
        try (Connection other = database.connectAsSuperuser();
                Statement statement = other.createStatement();
                Replica replica = beginsTheDeadlock(database, other, statement)) {
            // The replica waits for this transaction already, so that from here on each waits for the other.
            statement.execute("update orders set sum = sum + 10 where id = 1");
            other.commit();
            Ended ended = replica.awaitEnd().expect(ExitCode.OK);
            assertThat(ended.lines(TRYING_AGAIN)).anyMatch(line -> line.contains("40P01"));
        }
        assertThat(database.rows("select sum from orders where id = 1 union all select sum from items"))
                .containsExactly("21", "12");
    }

    @PostgresTest(onOneMajor = true)
    void aSerializationFailureIsTriedAgain(TestDatabase database) {
        migrate(database);
        scripts.with("V2__serializable.sql", """
                set transaction isolation level repeatable read;
                select sum from orders where id = 1;
                select pg_advisory_xact_lock(7);
                update orders set sum = sum * 2 where id = 1;
                """);
        try (var replicas = new Replicas(migrator(database).with(Setting.LOCK_TIMEOUT, "1m"))) {
            OldTransaction.that(database, "select pg_advisory_xact_lock(7)").during(() -> {
                replicas.start();
                Eventually.runs(database, "select pg_advisory_xact_lock(7)");
                database.execute("update orders set sum = 11 where id = 1");
            });
            Ended ended = replicas.awaitAll().get(0);
            assertThat(ended.lines(TRYING_AGAIN)).hasSize(1).allMatch(line -> line.contains("40001"));
        }
        assertThat(database.query("select sum from orders where id = 1")).isEqualTo("22");
    }

    @PostgresTest(onOneMajor = true)
    void vacuumFullGivesWayToo(TestDatabase database) {
        migrate(database);
        scripts.with("V2__vacuum.sql", "vacuum full orders;");
        try (var replicas = new Replicas(migrator(database).with(Setting.LOCK_TIMEOUT, "500ms"));
                OldTransaction report = OldTransaction.that(database, "select * from orders")) {
            Replica replica = replicas.start();
            replica.awaitLine(TRYING_AGAIN);
            report.end();
            Ended ended = replica.awaitEnd().expect(ExitCode.OK);
            assertThat(ended.lines(TRYING_AGAIN).get(0)).contains("55P03");
        }
        assertThat(History.applied(database)).containsExactly("1", "2");
        assertThat(database.rows("select script from slipway_run where state = 'started'"))
                .isEmpty();
    }

    private Replica beginsTheDeadlock(TestDatabase database, Connection other, Statement statement)
            throws SQLException {
        // The session that first waits longer than its own deadlock_timeout checks for a deadlock, and fails.
        statement.execute("set deadlock_timeout = '1h'");
        database.server().execute("alter database " + database.name() + " set deadlock_timeout = '3s'");
        other.setAutoCommit(false);
        statement.execute("update items set sum = sum + 10 where id = 1");
        Replica replica = migrator(database).with(Setting.LOCK_TIMEOUT, "1m").start("api-0");
        Eventually.row(
                database,
                "select 1 from pg_stat_activity where application_name like 'slipway/%' and wait_event_type = 'Lock'"
                        + " and query like 'update items%'");
        return replica;
    }

    private void migrate(TestDatabase database) {
        migrator(database).run().expect(ExitCode.OK);
    }

    private Migrator migrator(TestDatabase database) {
        return Migrator.of(database, scripts, folder);
    }
}
