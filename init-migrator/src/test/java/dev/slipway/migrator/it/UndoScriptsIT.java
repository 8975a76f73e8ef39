package dev.slipway.migrator.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.contract.ExitCode;
import dev.slipway.contract.Setting;
import dev.slipway.testkit.postgres.PostgresTest;
import dev.slipway.testkit.postgres.TestDatabase;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** The undo script of a migration is stored in the database when the migration is applied. */
class UndoScriptsIT {
    /** What a table of attempts looked like before it kept undo scripts. */
    private static final String OLD_TABLE = """
            create table slipway_run (
              id bigint generated always as identity primary key, history_table text not null, version text,
              script text not null, sha256 text not null, transactional boolean not null,
              state text not null check (state in ('started', 'applied', 'failed')),
              statements_done integer, done_sha256 text, next_sha256 text,
              run_by text not null default current_setting('application_name'), slipway_version text not null,
              started_at timestamptz not null default clock_timestamp(), finished_at timestamptz, sqlstate text, error text)""";

    private static final String UNDO = "-- \u00e4, ${secret}, {fn now()}, it's \\\r\ndrop table orders;";

    @TempDir
    private Path folder;

    private Scripts scripts;

    @BeforeEach
    void writeAMigrationThatCanBeUndone() {
        scripts = Scripts.in(folder).with("V1__orders.sql", "create table orders (id int);");
        Scripts.in(scripts.folder(), "undo").with("U1__orders.sql", UNDO);
    }

    @PostgresTest
    void theUndoScriptIsKeptAsItIsWithItsDigest(TestDatabase database) {
        Migrator.of(database, scripts, folder).run().expect(ExitCode.OK);

        assertThat(database.query("select undo_sql from slipway_run")).isEqualTo(UNDO);
        assertThat(database.query("select undo_script || ' ' || (undo_sha256 ="
                        + " encode(sha256(convert_to(undo_sql, 'UTF8')), 'hex')) from slipway_run"))
                .isEqualTo("undo/U1__orders.sql true");
    }

    @PostgresTest(onOneMajor = true)
    void itIsKeptForAMigrationOutsideATransactionToo(TestDatabase database) {
        scripts.with("V2__index.sql", "create index concurrently orders_id on orders (id);");
        Scripts.in(scripts.folder(), "undo").with("U2__index.sql", "drop index concurrently orders_id;");

        Migrator.of(database, scripts, folder).run().expect(ExitCode.OK);

        assertThat(database.query("select undo_sql from slipway_run where version = '2'"))
                .isEqualTo("drop index concurrently orders_id;");
    }

    @PostgresTest(onOneMajor = true)
    void aScriptWithoutAStatementCountsAsNotWrittenUnlessItSaysSo(TestDatabase database) {
        scripts.with("V2__more.sql", "alter table orders add note text;")
                .with("V3__data.sql", "update orders set id = 1;");
        Scripts.in(scripts.folder(), "undo")
                .with("U2__more.sql", "-- later")
                .with("U3__data.sql", "-- slipway: nothing-to-undo");

        Migrator.of(database, scripts, folder).run().expect(ExitCode.OK);

        assertThat(database.rows("select version from slipway_run where undo_sql is not null order by 1"))
                .containsExactly("1", "3");
    }

    @PostgresTest(onOneMajor = true)
    void aMistakeInAnUndoScriptIsFoundBeforeItsMigrationRuns(TestDatabase database) {
        Scripts.in(scripts.folder(), "undo")
                .with("U1__orders.sql", "drop table orders;\ndrop index concurrently orders_id;");

        Migrator.of(database, scripts, folder)
                .run()
                .expectPlainAnswer(ExitCode.USAGE, database.password(), "U1__orders.sql", "line 2", "file of its own");

        assertThat(database.rows("select 1 from pg_class where relname = 'orders'"))
                .isEmpty();
    }

    @PostgresTest(onOneMajor = true)
    void aMigrationThatFailsKeepsNothing(TestDatabase database) {
        scripts.with("V1__orders.sql", "create table orders (id int); select wrong from orders;");

        Migrator.of(database, scripts, folder).run().expect(ExitCode.MIGRATION_FAILED);

        assertThat(database.rows("select state from slipway_run where state <> 'failed'"))
                .isEmpty();
    }

    @PostgresTest(onOneMajor = true)
    void placeholdersCanBeSwitchedOffAltogether(TestDatabase database) {
        scripts.with("V2__text.sql", "create table texts as select '${not a placeholder}' as text;");
        Migrator.of(database, scripts, folder).run().expect(ExitCode.USAGE);

        Migrator.of(database, scripts, folder)
                .with(Setting.PLACEHOLDER_REPLACEMENT, "false")
                .run()
                .expect(ExitCode.OK);

        assertThat(database.query("select text from texts")).isEqualTo("${not a placeholder}");
    }

    /** Each history has its own lock, so only the statement itself serialises them. */
    @PostgresTest
    void aTableOfAnEarlierVersionIsCompletedEvenByManyAtOnce(TestDatabase database) {
        database.execute(OLD_TABLE);
        database.execute(
                "insert into slipway_run (history_table, script, sha256, transactional, state, slipway_version)"
                        + " values ('other', 'V1__other.sql', 'x', true, 'applied', '0.1.0')");
        // Until all of them have seen that the table is old and are about to alter it.
        OldTransaction reader = OldTransaction.that(database, "select count(*) from slipway_run");
        List<Replica> replicas = new ArrayList<>();
        for (int number = 0; number < 4; number++) {
            Scripts own =
                    Scripts.in(folder, "sql-" + number).with("V1__t.sql", "create table t" + number + " (id int);");
            Scripts.in(own.folder(), "undo").with("U1__t.sql", "drop table t" + number);
            replicas.add(Migrator.of(database, own, folder)
                    .with(Setting.HISTORY_TABLE, "history_" + number)
                    .with(Setting.BASELINE_VERSION, "0")
                    .start("api-" + number));
        }

        Eventually.row(
                database,
                "select 1 from pg_stat_activity where state = 'active' and query like 'set local lock_timeout%'"
                        + " having count(*) = 4");
        reader.end();
        replicas.forEach(replica -> replica.awaitEnd().expect(ExitCode.OK));

        assertThat(database.rows("select history_table || ' ' || coalesce(undo_sql, '-') from slipway_run order by 1"))
                .containsExactly(
                        "history_0 drop table t0",
                        "history_1 drop table t1",
                        "history_2 drop table t2",
                        "history_3 drop table t3",
                        "other -");
        replicas.forEach(Replica::close);
    }

    /** For example pg_dump, which holds a lock on every table while it runs. */
    @PostgresTest(onOneMajor = true)
    void whoReadsTheTableForLongOnlyDelaysIt(TestDatabase database) {
        database.execute(OLD_TABLE);
        try (OldTransaction reader = OldTransaction.that(database, "select count(*) from slipway_run");
                Replica replica = Migrator.of(database, scripts, folder)
                        .with(Setting.BASELINE_VERSION, "0")
                        .start("api-0")) {
            Eventually.runs(database, "set local lock_timeout");
            reader.end();
            replica.awaitEnd().expect(ExitCode.OK);
        }
        assertThat(database.query("select count(*) from slipway_run where undo_sql is not null"))
                .isEqualTo("1");
    }
}
