package dev.slipway.migrator.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.contract.ExitCode;
import dev.slipway.testkit.postgres.PostgresTest;
import dev.slipway.testkit.postgres.TestDatabase;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/**
 * Flyway's callback scripts in the folder: they are called when Flyway calls them, and are as safe as the migrations.
 */
class CallbacksIT {
    private static final List<String> LOGGED = List.of(
            "beforeValidate",
            "afterValidate",
            "beforeMigrate",
            "beforeEachMigrate",
            "afterEachMigrate",
            "afterVersioned",
            "beforeRepeatables",
            "afterMigrateApplied",
            "afterMigrate",
            "beforeEachMigrateStatement",
            "afterEachMigrateStatement");

    @TempDir
    private Path folder;

    private Scripts scripts;

    @BeforeEach
    void writeTwoVersionsAndAView() {
        scripts = Scripts.in(folder)
                .with("V1__orders.sql", "create table orders (id int primary key);")
                .with(
                        "V2__note.sql",
                        "alter table orders add column note text; alter table orders add column sent date;")
                .with("R__view.sql", "create or replace view totals as select id from orders;");
    }

    @PostgresTest(onOneMajor = true)
    void eventsComeInFlywaysOrder(TestDatabase database) {
        LOGGED.forEach(event ->
                scripts.with(event + "__log.sql", "insert into journal.calls (event) values ('" + event + "');"));
        TestDatabase other = database.server().createDatabase();
        try {
            for (TestDatabase each : List.of(database, other)) {
                each.execute("create schema journal; create table journal.calls (id serial, event text)");
            }
            migrator(database).run().expect(ExitCode.OK);
            assertThat(PlainFlyway.on(other, scripts).migrate()).isEqualTo(3);
            String calls = "select event from journal.calls order by id";
            assertThat(database.rows(calls)).isEqualTo(other.rows(calls));
        } finally {
            database.server().dropDatabase(other.name());
        }
    }

    @PostgresTest(onOneMajor = true)
    void anErrorAroundAMigrationRollsItBackAndNamesTheCallback(TestDatabase database) {
        scripts.with("afterEachMigrate__check.sql", "select 1;\nselect 1 / count(note) from orders;");
        migrator(database)
                .run()
                .expectPlainAnswer(
                        ExitCode.MIGRATION_FAILED,
                        database.password(),
                        "afterEachMigrate__check.sql, line 2, which runs with V1__orders.sql",
                        "column \\\"note\\\" does not exist",
                        "everything it did was rolled back");
        assertThat(database.rows("select 1 from pg_class where relname = 'orders'"))
                .isEmpty();
        assertThat(History.applied(database)).isEmpty();
    }

    @PostgresTest(onOneMajor = true)
    void anErrorBeforeAllMigrationsNamesTheCallbackAndNothingRuns(TestDatabase database) {
        scripts.with("beforeMigrate.sql", "select 1;\nselect * from nowhere;");
        migrator(database)
                .run()
                .expectPlainAnswer(
                        ExitCode.MIGRATION_FAILED,
                        database.password(),
                        "beforeMigrate.sql, line 2",
                        "relation \\\"nowhere\\\" does not exist",
                        "42P01");
        assertThat(History.applied(database)).isEmpty();
    }

    @PostgresTest(onOneMajor = true)
    void anErrorAfterAllMigrationsStopsTheReplicaButWhatWasAppliedStays(TestDatabase database) {
        scripts.with("afterMigrate__grants.sql", "grant select on orders to nobody_here;");
        migrator(database)
                .run()
                .expectPlainAnswer(
                        ExitCode.MIGRATION_FAILED,
                        database.password(),
                        "afterMigrate__grants.sql, line 1",
                        "nobody_here");
        assertThat(History.applied(database)).containsExactly("1", "2", "view");
    }

    @PostgresTest(onOneMajor = true)
    void whatFollowsTheLastMigrationIsOwedUntilItHasSucceeded(TestDatabase database) {
        database.execute("create schema journal; create table journal.calls (event text)");
        scripts.with("afterMigrate__grants.sql", "grant select on orders to nobody_here;");
        migrator(database).run().expect(ExitCode.MIGRATION_FAILED);
        migrator(database)
                .run()
                .expectPlainAnswer(ExitCode.MIGRATION_FAILED, database.password(), "afterMigrate__grants.sql, line 1");

        scripts.with("afterMigrate__grants.sql", "insert into journal.calls values ('afterMigrate');");
        migrator(database).run().expect(ExitCode.OK);
        migrator(database).run().expect(ExitCode.OK);
        assertThat(database.rows("select * from journal.calls")).containsExactly("afterMigrate");
        assertThat(History.applied(database)).containsExactly("1", "2", "view");
        assertThat(migrator(database).run("repair").expect(ExitCode.OK).message())
                .contains("nothing to repair");
    }

    @PostgresTest(onOneMajor = true)
    void anOlderImageDoesNotSettleWhatTheNewerOneOwes(TestDatabase database) {
        scripts.with("V3__newer.sql", "select 1;").with("afterMigrate.sql", "select * from nowhere;");
        migrator(database).run().expect(ExitCode.MIGRATION_FAILED);
        scripts.without("V3__newer.sql").with("afterMigrate.sql", "select 1;");
        migrator(database).run().expect(ExitCode.OK);
        scripts.with("V3__newer.sql", "select 1;").with("afterMigrate.sql", "select * from nowhere;");
        migrator(database).run().expect(ExitCode.MIGRATION_FAILED);
    }

    @PostgresTest(onOneMajor = true)
    void theErrorEventsAreCalledWhenAMigrationFails(TestDatabase database) {
        database.execute("create schema journal; create table journal.calls (id serial, event text)");
        for (String event : List.of("afterMigrateError", "afterEachMigrateError")) {
            scripts.with(event + ".sql", "insert into journal.calls (event) values ('" + event + "');");
        }
        scripts.with("V3__broken.sql", "insert into nowhere values (1);");
        migrator(database)
                .run()
                .expectPlainAnswer(ExitCode.MIGRATION_FAILED, database.password(), "V3__broken.sql, line 1");
        assertThat(database.rows("select event from journal.calls order by id"))
                .containsExactly("afterEachMigrateError", "afterMigrateError");
        assertThat(History.applied(database)).containsExactly("1", "2");
    }

    @PostgresTest(onOneMajor = true)
    void aCallbackThatEndsTheTransactionIsRefusedBeforeAnythingRuns(TestDatabase database) {
        scripts.with("beforeEachMigrate__log.sql", "select 1;\ncommit;")
                .with("afterEachMigrate__more.sql", "do $$ begin commit; end $$;")
                .with("afterEachMigrateStatement.sql", "select 1;\n\nvacuum;");
        migrator(database)
                .run()
                .expectPlainAnswer(
                        ExitCode.USAGE,
                        database.password(),
                        "beforeEachMigrate__log.sql line 2: COMMIT starts or ends a transaction by itself",
                        "afterEachMigrate__more.sql line 1: DO with COMMIT or ROLLBACK",
                        "afterEachMigrateStatement.sql line 3: VACUUM cannot run inside a transaction block");
        assertThat(database.rows("select 1 from pg_class where relname = 'orders'"))
                .isEmpty();
    }

    @PostgresTest(onOneMajor = true)
    void aCallbackAroundAllMigrationsMayRunOutsideATransaction(TestDatabase database) {
        scripts.with("afterMigrate__vacuum.sql", "vacuum (analyze) orders;")
                .with("beforeMigrate__settings.sql", "select '${flyway:defaultSchema}';");
        migrator(database).run().expect(ExitCode.OK);
        assertThat(History.applied(database)).containsExactly("1", "2", "view");
    }

    @PostgresTest(onOneMajor = true)
    void aCallbackWithAMistakeIsRefusedLikeAMigration(TestDatabase database) {
        scripts.with("afterMigrate.sql", "select 'open;")
                .with("beforeMigrate.sql", "select '${nobody}';")
                .with("beforeEachMigrate.sql", new byte[] {'-', '-', (byte) 0xE4, '\n'});
        migrator(database)
                .run()
                .expectPlainAnswer(ExitCode.USAGE, database.password(), "beforeEachMigrate.sql", "is not UTF-8");
        scripts.without("beforeEachMigrate.sql");
        migrator(database)
                .run()
                .expectPlainAnswer(
                        ExitCode.USAGE,
                        database.password(),
                        "afterMigrate.sql",
                        "beforeMigrate.sql line 1: the placeholder ${nobody} has no value");
        assertThat(database.query("select to_regclass('flyway_schema_history') is null"))
                .isEqualTo("t");
    }

    @PostgresTest(onOneMajor = true)
    void nothingIsCalledWhereNothingIsPending(TestDatabase database) {
        migrator(database).run().expect(ExitCode.OK);
        scripts.with("beforeMigrate.sql", "select * from nowhere;").with("afterMigrate.sql", "select * from nowhere;");
        assertThat(migrator(database).run().expect(ExitCode.OK).message()).contains("up-to-date");
    }

    private Migrator migrator(TestDatabase database) {
        return Migrator.of(database, scripts, folder);
    }
}
