package dev.slipway.migrator.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.contract.ExitCode;
import dev.slipway.testkit.postgres.PostgresTest;
import dev.slipway.testkit.postgres.TestDatabase;
import dev.slipway.testkit.process.Signal;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

/**
 * If the server ends sessions that idle in a transaction, a tool with a second connection for its lock loses that lock.
 */
class SlowCommitIT {
    private static final String SLOW_COMMIT = """
            create table orders (id int primary key);
            create function settle() returns trigger language plpgsql as $$
            begin perform pg_sleep(4); return null; end $$;
            create constraint trigger settle after insert on orders deferrable initially deferred
              for each row execute function settle();
            """;

    @TempDir
    private Path folder;

    @PostgresTest
    void scriptAndHistoryRowStayTogether(TestDatabase database) {
        endIdleTransactions(database);
        Scripts scripts = Scripts.in(folder)
                .with("V1__slow_statement.sql", "create table slow (id int); select pg_sleep(4);")
                .with("V2__trigger.sql", SLOW_COMMIT)
                .with("V3__slow_commit.sql", "insert into orders values (1);")
                .with("V4__after.sql", "create table after as select now() as began;");
        Migrator.of(database, scripts, folder).run().expect(ExitCode.OK);
        assertThat(History.applied(database)).containsExactly("1", "2", "3", "4");
        assertThat(database.query("select began > installed_on + interval '4 s' from after, flyway_schema_history h"
                        + " where h.version = '3'"))
                .as("the commit of one script is no part of the next")
                .isEqualTo("t");
        assertThat(database.rows("select id from orders")).containsExactly("1");
    }

    @PostgresTest(onOneMajor = true)
    void aKillDuringTheCommitLeavesBothOrNeither(TestDatabase database) {
        endIdleTransactions(database);
        Scripts scripts = Scripts.in(folder)
                .with("V1__trigger.sql", SLOW_COMMIT)
                .with("V2__slow_commit.sql", "insert into orders values (1);");
        try (var replicas = new Replicas(Migrator.of(database, scripts, folder))) {
            Replica killed = replicas.start();
            Eventually.runs(database, "/* commit of V2__slow_commit.sql */");
            killed.signal(Signal.KILL);
            Sessions.awaitNone(database, killed);
            assertThat(database.query("select count(*) from orders")).isEqualTo(versionsFrom(database, "2"));
            replicas.start().awaitEnd().expect(ExitCode.OK);
        }
        assertThat(History.applied(database)).containsExactly("1", "2");
        assertThat(database.rows("select id from orders")).containsExactly("1");
        assertThat(History.attempts(database))
                .containsExactly("V1__trigger.sql applied", "V2__slow_commit.sql applied");
    }

    private static String versionsFrom(TestDatabase database, String version) {
        return Long.toString(
                History.applied(database).stream().filter(version::equals).count());
    }

    private static void endIdleTransactions(TestDatabase database) {
        database.server()
                .execute("alter database " + database.name() + " set idle_in_transaction_session_timeout = '2s'");
    }
}
