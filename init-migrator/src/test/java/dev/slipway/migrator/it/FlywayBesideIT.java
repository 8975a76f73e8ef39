package dev.slipway.migrator.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.contract.ExitCode;
import dev.slipway.contract.Setting;
import dev.slipway.migrator.InThisJvm;
import dev.slipway.testkit.postgres.PostgresTest;
import dev.slipway.testkit.postgres.TestDatabase;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.configuration.FluentConfiguration;
import org.flywaydb.database.postgresql.PostgreSQLConfigurationExtension;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** Flyway's own library on the same history, for example in an old application that still migrates itself. */
class FlywayBesideIT {
    @TempDir
    private Path folder;

    private Scripts scripts;

    @BeforeEach
    void writeTheFirstScript() {
        scripts = Scripts.in(folder)
                .with("V1__orders.sql", "create table orders (id int); insert into orders values (1);");
    }

    @PostgresTest(onOneMajor = true)
    void aReplicaWaitsForAFlywayThatMigrates(TestDatabase database) throws Exception {
        scripts.with("V2__slow.sql", "select pg_advisory_xact_lock(7); insert into orders values (2);");
        ExecutorService threads = Executors.newSingleThreadExecutor();
        try (var replicas = new Replicas(migrator(database))) {
            Future<?> flyway;
            try (OldTransaction keepsItRunning = OldTransaction.that(database, "select pg_advisory_xact_lock(7)")) {
                flyway = threads.submit(() -> flyway(database, true).migrate());
                Eventually.row(
                        database,
                        "select 1 from pg_stat_activity where query like 'select pg_advisory_xact_lock(7)%'"
                                + " and wait_event_type = 'Lock'");
                Replica replica = replicas.start();
                replica.awaitLine("waiting for another replica to migrate");
                assertThat(replica.process().text()).contains("a Flyway run, ");
                keepsItRunning.end();
            }
            flyway.get();
            Ended ended = replicas.awaitAll().get(0);
            assertThat(ended.message()).contains("\"outcome\":\"waited\"");
        } finally {
            threads.shutdownNow();
        }
        assertThat(database.rows("select id from orders order by 1")).containsExactly("1", "2");
    }

    @PostgresTest
    void bothTakeTurnsOnOneHistory(TestDatabase database) {
        assertThat(flyway(database, false).migrate().migrationsExecuted).isEqualTo(1);
        scripts.with("V2__two.sql", "insert into orders values (2);")
                .with("R__view.sql", "create view v as select 1 as x;");
        migrator(database).run().expect(ExitCode.OK);
        flyway(database, false).validate();
        scripts.with("V3__three.sql", "insert into orders values (3);")
                .with("R__view.sql", "create or replace view v as select 1 as x; insert into orders values (0);");
        assertThat(flyway(database, true).migrate().migrationsExecuted).isEqualTo(2);
        Ended nothing = migrator(database).run().expect(ExitCode.OK);
        assertThat(nothing.message()).contains("\"outcome\":\"up-to-date\"");
        scripts.with("V4__four.sql", "insert into orders values (4);");
        migrator(database).run().expect(ExitCode.OK);
        flyway(database, false).validate();
        assertThat(flyway(database, false).migrate().migrationsExecuted).isZero();
        assertThat(database.rows("select id from orders order by 1")).containsExactly("0", "1", "2", "3", "4");
    }

    @PostgresTest(onOneMajor = true)
    void bothAtOnceApplyEverythingOnce(TestDatabase database) throws InterruptedException, ExecutionException {
        for (int number = 2; number <= 8; number++) {
            scripts.with(
                    "V" + number + "__more.sql", "select pg_sleep(0.2); insert into orders values (" + number + ");");
        }
        ExecutorService threads = Executors.newFixedThreadPool(6);
        try {
            var replicas = new ArrayList<Future<InThisJvm.Result>>();
            var flyways = new ArrayList<Future<?>>();
            for (int number = 0; number < 4; number++) {
                var env = migrator(database)
                        .with(Setting.POD_NAME, "api-" + number)
                        .env();
                replicas.add(threads.submit(() -> InThisJvm.run(env, "migrate")));
            }
            for (boolean sessionLock : new boolean[] {true, false}) {
                flyways.add(threads.submit(() -> flyway(database, sessionLock).migrate()));
            }
            for (Future<InThisJvm.Result> replica : replicas) {
                assertThat(replica.get().exitCode()).as(replica.get().output()).isEqualTo(ExitCode.OK);
            }
            for (Future<?> flyway : flyways) {
                flyway.get();
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(database.rows("select id from orders order by 1"))
                .isEqualTo(List.of("1", "2", "3", "4", "5", "6", "7", "8"));
        assertThat(History.applied(database)).containsExactly("1", "2", "3", "4", "5", "6", "7", "8");
        flyway(database, true).validate();
    }

    /** @param sessionLock whether it locks the connection that migrates, or, as by default, a second one */
    private Flyway flyway(TestDatabase database, boolean sessionLock) {
        FluentConfiguration configuration = Flyway.configure()
                .dataSource(database.jdbcUrl(), database.user(), database.password())
                .locations("filesystem:" + scripts.folder())
                .lockRetryCount(600);
        configuration
                .getConfigurationExtension(PostgreSQLConfigurationExtension.class)
                .setTransactionalLock(!sessionLock);
        return configuration.load();
    }

    private Migrator migrator(TestDatabase database) {
        return Migrator.of(database, scripts, folder);
    }
}
