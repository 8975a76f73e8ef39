package dev.slipway.migrator.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.contract.Setting;
import dev.slipway.migrator.history.HistoryTable;
import dev.slipway.migrator.lock.LockKey;
import dev.slipway.testkit.postgres.PostgresTest;
import dev.slipway.testkit.postgres.TestDatabase;
import dev.slipway.testkit.process.Program;
import dev.slipway.testkit.time.Alone;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.io.TempDir;

/** The main promise: however many start at once, each migration is applied once, and all of them may start. */
@Alone
class TwelveReplicasIT {
    @TempDir
    private Path folder;

    @PostgresTest
    void twelveReplicasOnAnEmptyDatabaseApplyTheSampleOnce(TestDatabase database) {
        var sample = new Scripts(Program.inSourceTree("migrations/sql"));
        List<Ended> ended;
        try (var replicas = new Replicas(Migrator.of(database, sample, folder))) {
            replicas.start(12);
            ended = replicas.awaitAll();
        }
        assertThat(History.applied(database))
                .containsExactly("1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "order summary");
        assertThat(History.invalidIndexes(database)).isEmpty();
        assertThat(database.query("select count(*) from orders")).isEqualTo("40000");
        assertThat(ended.stream().filter(each -> each.message().contains("\"outcome\":\"applied\"")))
                .as("those that migrated")
                .hasSize(1);
    }

    @PostgresTest(onOneMajor = true)
    void aReplicaThatWaitsHoldsNoConnection(TestDatabase database) {
        Scripts scripts = Scripts.in(folder).with("V1__slow.sql", "select pg_advisory_xact_lock(7);");
        Migrator migrator = Migrator.of(database, scripts, folder).with(Setting.LOCK_TIMEOUT, "0");
        try (var replicas = new Replicas(migrator);
                OldTransaction keepsItRunning = OldTransaction.that(database, "select pg_advisory_xact_lock(7)")) {
            Replica holder = replicas.start();
            Eventually.runs(database, "select pg_advisory_xact_lock(7)");
            replicas.start(4).forEach(waiter -> waiter.awaitLine("waiting for another replica to migrate"));

            List<Set<String>> seen = watch(database, holder, Duration.ofSeconds(4));
            assertThat(seen).as("looks at which no waiter had a session").anyMatch(Set::isEmpty);
            var stayed = new HashSet<>(seen.get(0));
            stayed.retainAll(seen.get(seen.size() - 1));
            assertThat(stayed)
                    .as("sessions of waiters that were there all the time")
                    .isEmpty();
            assertThat(seen.stream().flatMap(Set::stream).filter(session -> session.contains("idle in transaction")))
                    .as("waiters inside a transaction")
                    .isEmpty();

            keepsItRunning.end();
            replicas.awaitAll();
        }
        assertThat(History.applied(database)).containsExactly("1");
    }

    /** Flyway's key, which is also taken, would hide a lock of ours that protects nothing. */
    @PostgresTest(onOneMajor = true)
    void ourOwnKeyAloneKeepsAReplicaWaiting(TestDatabase database) throws SQLException {
        Scripts scripts = Scripts.in(folder).with("V1__once.sql", "create table once (id int);");
        LockKey key = LockKey.of(new HistoryTable("public", "flyway_schema_history"));
        try (var replicas = new Replicas(Migrator.of(database, scripts, folder))) {
            try (Connection other = database.connect();
                    Statement statement = other.createStatement()) {
                // Shared mode: another session could also take the key in this mode.
                statement.execute("select pg_advisory_lock_shared(" + key.namespace() + ", " + key.object() + ")");
                replicas.start().awaitLine("waiting for another replica to migrate");
                assertThat(database.rows("select tablename from pg_tables where schemaname = 'public'"))
                        .isEmpty();
            }
            replicas.awaitAll();
        }
        assertThat(History.applied(database)).containsExactly("1");
    }

    /** What each look found about the waiters: server process, when its session began, and its state. */
    private static List<Set<String>> watch(TestDatabase database, Replica holder, Duration duration) {
        var looks = new ArrayList<Set<String>>();
        long end = System.nanoTime() + duration.toNanos();
        while (System.nanoTime() < end) {
            looks.add(new HashSet<>(database.rows(
                    "select pid || ' since ' || backend_start || ' ' || case when state like 'idle in%' then state else '' end"
                            + " from pg_stat_activity where datname = current_database()"
                            + " and application_name like 'slipway/%' and application_name <> '"
                            + holder.applicationName() + "'")));
        }
        return looks;
    }
}
