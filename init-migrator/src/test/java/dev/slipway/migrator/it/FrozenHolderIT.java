package dev.slipway.migrator.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.contract.ExitCode;
import dev.slipway.contract.Setting;
import dev.slipway.testkit.postgres.PostgresTest;
import dev.slipway.testkit.postgres.TestDatabase;
import dev.slipway.testkit.process.Signal;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A holder that is frozen: its kernel still answers, so that on the network it looks alive. */
class FrozenHolderIT {
    @TempDir
    private Path folder;

    private Scripts scripts;

    @BeforeEach
    void writeAScriptWithAPause() {
        scripts = Scripts.in(folder).with("V1__once.sql", """
                create table once (id int primary key);
                select pg_sleep(2);
                copy once from stdin;
                1
                \\.
                """);
    }

    @PostgresTest(onOneMajor = true)
    void itsSessionIsEndedByTheServerAndItDoesNoHarmWhenItGoesOn(TestDatabase database) {
        try (var replicas = new Replicas(migrator(database))) {
            Replica frozen = replicas.start();
            Eventually.runs(database, "select pg_sleep");
            frozen.signal(Signal.STOP);
            Sessions.awaitState(database, frozen, "idle in transaction");
            Replica next = replicas.start();
            next.awaitLine("waiting for another replica");
            next.awaitEnd().expect(ExitCode.OK);
            assertThat(History.applied(database)).containsExactly("1");

            frozen.signal(Signal.CONT);
            Ended thawed = frozen.awaitEnd().expect(ExitCode.OK);
            assertThat(thawed.lines("the connection was lost")).hasSize(1);
            assertThat(thawed.message()).contains("\"applied\":[]");
        }
        assertThat(database.rows("select * from once")).containsExactly("1");
        assertThat(History.attempts(database)).containsExactly("V1__once.sql applied");
    }

    @PostgresTest(onOneMajor = true)
    void aWaiterWithLessTimeNamesItAndTheQueryThatEndsIt(TestDatabase database) {
        try (var replicas = new Replicas(migrator(database).with(Setting.WAIT_TIMEOUT, "3s"))) {
            Replica frozen = replicas.start();
            Eventually.runs(database, "select pg_sleep");
            frozen.signal(Signal.STOP);
            Sessions.awaitState(database, frozen, "idle in transaction");

            Ended waited = replicas.start().awaitEnd();
            waited.expectPlainAnswer(
                    ExitCode.WAIT_TIMEOUT,
                    database.password(),
                    "for slipway/shop/api-0 (pid ",
                    "connected for ",
                    "idle in transaction",
                    "select pg_sleep(2)",
                    "select pg_terminate_backend(");
            database.execute(endQuery(waited));

            replicas.start().awaitEnd().expect(ExitCode.OK);
            frozen.signal(Signal.CONT);
            frozen.awaitEnd().expect(ExitCode.OK);
        }
        assertThat(database.rows("select * from once")).containsExactly("1");
        assertThat(History.attempts(database)).containsExactly("V1__once.sql applied");
    }

    /** It was sent as a whole, so the server can finish it without the client. */
    @PostgresTest(onOneMajor = true)
    void aShortMigrationDoesNotWaitForIt(TestDatabase database) {
        scripts.with(
                "V1__once.sql",
                "create table once (id int primary key); select pg_sleep(2); insert into once values (1);");
        try (var replicas = new Replicas(migrator(database))) {
            Replica frozen = replicas.start();
            Eventually.runs(database, "select pg_sleep");
            frozen.signal(Signal.STOP);
            Sessions.awaitState(database, frozen, "idle in transaction");
            assertThat(replicas.start().awaitEnd().expect(ExitCode.OK).message())
                    .contains("nothing to do; schema is at version 1");
            frozen.signal(Signal.CONT);
            assertThat(frozen.awaitEnd().expect(ExitCode.OK).message()).contains("\"applied\":[\"V1__once.sql\"]");
        }
        assertThat(database.rows("select * from once")).containsExactly("1");
        assertThat(History.attempts(database)).containsExactly("V1__once.sql applied");
    }

    /** As a user would copy it from the message. */
    private static String endQuery(Ended waited) {
        int start = waited.message().indexOf("select pg_terminate_backend(");
        return waited.message().substring(start, waited.message().indexOf(')', start) + 1);
    }

    private Migrator migrator(TestDatabase database) {
        return Migrator.of(database, scripts, folder);
    }
}
