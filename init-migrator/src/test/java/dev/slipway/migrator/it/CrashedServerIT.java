package dev.slipway.migrator.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.testkit.postgres.Major;
import dev.slipway.testkit.postgres.PostgresServer;
import dev.slipway.testkit.postgres.TestDatabase;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code pg_ctl restart -m immediate} in the middle: the replicas connect again, look at the history, and continue. */
class CrashedServerIT {
    @TempDir
    private Path folder;

    @Test
    void crashesInEveryKindOfScriptAreSurvivedByAllReplicas() {
        Scripts scripts = Scripts.in(folder)
                .with("V1__table.sql", "create table crashed (id int); insert into crashed values (1);")
                .with("V2__transaction.sql", "insert into crashed values (2); select pg_sleep(2);")
                .with("V3__slowly.sql", """
                        create function slowly(id int) returns int immutable language plpgsql as $$
                        begin perform pg_sleep(1); return id; end $$;
                        """)
                .with("V4__index.sql", "create index concurrently crashed_id on crashed (slowly(id));")
                .with("V5__last.sql", "insert into crashed values (5);");
        try (PostgresServer server = PostgresServer.start(Major.NEWEST)) {
            TestDatabase database = server.createDatabase();
            try (var replicas = new Replicas(Migrator.of(database, scripts, folder))) {
                replicas.start();
                Eventually.runs(database, "select pg_sleep");
                replicas.start(2).forEach(waiter -> waiter.awaitLine("waiting for another replica"));
                server.restart(true);
                Eventually.runs(database, "create index concurrently");
                server.restart(true);
                assertThat(replicas.awaitAll())
                        .anyMatch(
                                ended -> !ended.lines("the connection was lost").isEmpty());
            }
            assertThat(History.applied(database)).containsExactly("1", "2", "3", "4", "5");
            assertThat(database.rows("select id from crashed order by 1")).containsExactly("1", "2", "5");
            assertThat(database.rows("select indexrelid::regclass, indisvalid from pg_index"
                            + " where indrelid = 'crashed'::regclass"))
                    .containsExactly("crashed_id|t");
            assertThat(database.rows("select script from slipway_run where state = 'started'"))
                    .isEmpty();
        }
    }
}
