package dev.slipway.migrator.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.contract.ExitCode;
import dev.slipway.contract.Setting;
import dev.slipway.testkit.postgres.PostgresTest;
import dev.slipway.testkit.postgres.TestDatabase;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.io.TempDir;

/** A replica waits as long as the other one makes progress, and names the session it waited for when it gives up. */
class WaitBudgetIT {
    @TempDir
    private Path folder;

    @PostgresTest
    void whoGivesUpNamesTheHolderItsStatementItsBlockerAndTheQuery(TestDatabase database) {
        Scripts scripts = Scripts.in(folder).with("V1__orders.sql", "create table orders (id int);");
        Migrator migrator = Migrator.of(database, scripts, folder);
        migrator.run().expect(ExitCode.OK);
        scripts.with("V2__alter.sql", "alter table orders add column note text;");
        try (Replica holder = migrator.with(Setting.LOCK_TIMEOUT, "0").start("api-0")) {
            OldTransaction.that(database, "select * from orders").during(() -> {
                Eventually.runs(database, "alter table orders");
                try (Replica waiter = migrator.with(Setting.WAIT_TIMEOUT, "2s").start("api-1")) {
                    Ended ended = waiter.awaitEnd();
                    ended.expectPlainAnswer(
                            ExitCode.WAIT_TIMEOUT,
                            database.password(),
                            "the last 2s of it without a sign of progress, for slipway/shop/api-0 (pid ",
                            "connected for ",
                            "active for ",
                            "alter table orders add column note text",
                            "blocked by pid ",
                            "(monthly-report), idle in transaction for ",
                            "select pg_terminate_backend(" + Sessions.holder(database) + ")");
                    assertThat(database.rows("select 1 from pg_stat_activity where application_name = '"
                                    + waiter.applicationName() + "'"))
                            .isEmpty();
                }
            });
            holder.awaitEnd().expect(ExitCode.OK);
        }
    }

    @PostgresTest(onOneMajor = true)
    void progressOfTheOtherOneExtendsTheBudget(TestDatabase database) {
        Scripts scripts = Scripts.in(folder);
        for (int number = 1; number <= 6; number++) {
            scripts.with("V" + number + "__slow.sql", "select pg_sleep(2.5);");
        }
        Migrator migrator = Migrator.of(database, scripts, folder);
        try (Replica holder = migrator.start("api-0")) {
            Eventually.runs(database, "select pg_sleep");
            try (Replica waiter = migrator.with(Setting.WAIT_TIMEOUT, "10s").start("api-1")) {
                Ended ended = waiter.awaitEnd().expect(ExitCode.OK);
                assertThat(ended.process().duration()).isGreaterThan(Duration.ofSeconds(10));
                assertThat(ended.message()).contains("\"outcome\":\"waited\"");
            }
            holder.awaitEnd().expect(ExitCode.OK);
        }
    }
}
