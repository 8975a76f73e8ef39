package dev.slipway.migrator.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.contract.ExitCode;
import dev.slipway.contract.Setting;
import dev.slipway.testkit.postgres.PostgresTest;
import dev.slipway.testkit.postgres.TestDatabase;
import dev.slipway.testkit.process.Signal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** SIGTERM, as a kubelet sends it: the process ends within its grace period, says why, and leaves nothing half done. */
class TerminatedIT {
    /** The promise is 5 s; the rest is for a busy machine. */
    private static final Duration AT_ONCE = Duration.ofSeconds(20);

    private static final String SLOW = """
            create table half_done (id int);
            insert into half_done select generate_series(1, 1000);
            select pg_sleep(600);
            """;

    @TempDir
    private Path folder;

    private Scripts scripts;

    @BeforeEach
    void writeOneGoodScript() {
        scripts = Scripts.in(folder).with("V1__orders.sql", """
                create table orders (id int primary key);
                insert into orders select generate_series(1, 100);
                """);
    }

    @PostgresTest
    void aLongStatementIsCancelledAndRolledBack(TestDatabase database) {
        scripts.with("V2__slow.sql", SLOW);
        expectTerminated(database, "select pg_sleep(600)");
        assertThat(database.rows("select relname from pg_class where relname = 'half_done'"))
                .isEmpty();
        assertThat(History.applied(database)).containsExactly("1");
        scripts.with("V2__slow.sql", SLOW.replace("600", "0"));
        migrator(database).run().expect(ExitCode.OK);
        assertThat(database.query("select count(*) from half_done")).isEqualTo("1000");
    }

    /**
     * It commits while it runs, so "rolled back" would be false; the next run reports that it cannot know the progress.
     */
    @PostgresTest(onOneMajor = true)
    void ofALoopThatCommitsItIsSaidThatItsWorkMayStay(TestDatabase database) {
        migrator(database).run().expect(ExitCode.OK);
        scripts.with("V2__backfill.sql", """
                do $$
                begin
                  for number in 101..100000 loop
                    insert into orders values (number);
                    commit;
                    perform pg_sleep(0.05);
                  end loop;
                end $$;
                """).with("V2__backfill.sql.conf", "executeInTransaction=false");
        try (Replica replica = migrator(database).start("api-0")) {
            Eventually.row(database, "select 1 from orders having count(*) > 102");
            replica.signal(Signal.TERM);
            Ended ended = replica.awaitEnd().expect(ExitCode.TERMINATED);
            assertThat(ended.message())
                    .contains(
                            "ended by SIGTERM; V2__backfill.sql, line 1, ran outside a transaction: what it committed on its"
                                    + " way stays")
                    .doesNotContain("rolled back");
        }
        assertThat(database.query("select count(*) > 102 from orders")).isEqualTo("t");
        assertThat(migrator(database).run().expect(ExitCode.MIGRATION_FAILED).message())
                .contains("cannot be told from the catalog", "'slipway repair' (k8s/jobs/db-repair.yaml is its Job)");
    }

    @PostgresTest(onOneMajor = true)
    void ddlThatRewritesATableIsRolledBack(TestDatabase database) {
        String rewrite = "alter table orders alter column id type bigint using slowly(id)";
        scripts.with("V1.1__function.sql", """
                        create function slowly(id int) returns bigint language plpgsql as $$
                        begin perform pg_sleep(case when current_setting('application_name') like '%api-0' then 1 else 0 end);
                        return id; end $$;
                        """).with("V2__rewrite.sql", rewrite + ";");
        expectTerminated(database, rewrite);
        assertThat(type(database, "id")).isEqualTo("integer");
        try (Replica next = migrator(database).start("api-1")) {
            next.awaitEnd().expect(ExitCode.OK);
        }
        assertThat(type(database, "id")).isEqualTo("bigint");
        assertThat(History.applied(database)).containsExactly("1", "1.1", "2");
    }

    @PostgresTest(onOneMajor = true)
    void aWaitForATableLockEnds(TestDatabase database) {
        migrator(database).run().expect(ExitCode.OK);
        scripts.with("V2__alter.sql", "alter table orders add column note text;");
        OldTransaction.that(database, "select * from orders")
                .during(() -> expectTerminated(database, "alter table orders"));
        migrator(database).run().expect(ExitCode.OK);
    }

    @PostgresTest(onOneMajor = true)
    void aConcurrentIndexIsLeftToTheNextRunOnly(TestDatabase database) {
        migrator(database).run().expect(ExitCode.OK);
        scripts.with("V2__index.sql", "create index concurrently orders_twice on orders (id);");
        OldTransaction.withASnapshot(database).during(() -> expectTerminated(database, "create index concurrently"));
        migrator(database).run().expect(ExitCode.OK);
        assertThat(History.invalidIndexes(database)).isEmpty();
        assertThat(History.applied(database)).containsExactly("1", "2");
    }

    @PostgresTest(onOneMajor = true)
    void aReplicaThatWaitsEndsAndDisturbsNobody(TestDatabase database) {
        scripts.with("V2__slow.sql", SLOW);
        try (var replicas = new Replicas(migrator(database))) {
            Replica holder = replicas.start();
            Eventually.runs(database, "select pg_sleep");
            Replica waiter = replicas.start();
            waiter.awaitLine("waiting for another replica");
            waiter.signal(Signal.TERM);
            expectTerminated(waiter);
            Eventually.runs(database, "select pg_sleep");
            holder.signal(Signal.TERM);
            expectTerminated(holder);
        }
    }

    @PostgresTest(onOneMajor = true)
    void theSearchForADatabaseEnds(TestDatabase database) {
        Migrator migrator = migrator(database).withEnv("PGPORT", "1").with(Setting.CONNECT_TIMEOUT, "5m");
        try (Replica replica = migrator.start("api-0")) {
            replica.awaitLine("database not reachable yet");
            replica.signal(Signal.TERM);
            expectTerminated(replica);
        }
    }

    @PostgresTest(onOneMajor = true)
    void anAttemptToConnectToAServerThatSaysNothingEnds(TestDatabase database) throws IOException {
        try (var silent = new ServerSocket(0, 50, InetAddress.getByAddress(new byte[] {127, 0, 0, 1}))) {
            Migrator migrator = migrator(database)
                    .withEnv("PGPORT", Integer.toString(silent.getLocalPort()))
                    .with(Setting.CONNECT_TIMEOUT, "5m");
            try (Replica replica = migrator.start("api-0");
                    var connection = silent.accept()) {
                assertThat(connection.getInputStream().read()).as("first byte").isNotNegative();
                replica.signal(Signal.TERM);
                Ended ended = expectTerminated(replica);
                assertThat(ended.message()).as("by the run itself").contains("has been rolled back");
            }
        }
    }

    @PostgresTest(onOneMajor = true)
    void aServerThatDoesNotAnswerTheCancellationHoldsUpNeitherExitNorMessage(TestDatabase database) {
        scripts.with("V2__slow.sql", SLOW);
        try (var replicas = new Replicas(migrator(database))) {
            Replica replica = replicas.start();
            Eventually.runs(database, "select pg_sleep");
            String serverProcess = Sessions.holder(database);
            Sessions.signal(serverProcess, Signal.STOP);
            try {
                replica.signal(Signal.TERM);
                Ended ended = replica.awaitEnd(AT_ONCE).expect(ExitCode.TERMINATED);
                assertThat(ended.message()).contains("the connection was cut", "\"outcome\":\"terminated\"");
                assertThat(ended.lines("the connection was cut")).hasSize(1);
            } finally {
                Sessions.signal(serverProcess, Signal.CONT);
            }
            Sessions.awaitNone(database, replica);
            assertThat(database.rows("select relname from pg_class where relname = 'half_done'"))
                    .isEmpty();
            scripts.with("V2__slow.sql", SLOW.replace("600", "0"));
            replicas.start().awaitEnd().expect(ExitCode.OK);
        }
    }

    private void expectTerminated(TestDatabase database, String during) {
        try (Replica replica =
                migrator(database).with(Setting.LOCK_TIMEOUT, "5m").start("api-0")) {
            Eventually.runs(database, during);
            replica.signal(Signal.TERM);
            expectTerminated(replica);
            Sessions.awaitNone(database, replica);
            Eventually.that("a cancelled statement in the server's log", () -> wasCancelled(database));
        }
    }

    /** Not only cut off, which the server would notice a second later. */
    private static boolean wasCancelled(TestDatabase database) {
        try (Stream<String> lines = Files.lines(database.server().log(), StandardCharsets.ISO_8859_1)) {
            return lines.anyMatch(line -> line.contains("@" + database.name() + " ")
                    && line.contains("canceling statement due to user request"));
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    private static Ended expectTerminated(Replica replica) {
        Ended ended = replica.awaitEnd(AT_ONCE).expect(ExitCode.TERMINATED);
        assertThat(ended.message()).contains("ended by SIGTERM", "\"outcome\":\"terminated\"");
        return ended;
    }

    private static String type(TestDatabase database, String column) {
        return database.query(
                "select data_type from information_schema.columns where table_name = 'orders' and column_name = '"
                        + column + "'");
    }

    private Migrator migrator(TestDatabase database) {
        return Migrator.of(database, scripts, folder);
    }
}
