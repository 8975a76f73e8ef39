package dev.slipway.migrator.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.contract.ExitCode;
import dev.slipway.contract.Setting;
import dev.slipway.testkit.postgres.PostgresTest;
import dev.slipway.testkit.postgres.TestDatabase;
import dev.slipway.testkit.process.Signal;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** CREATE INDEX CONCURRENTLY and its kin: they run alone, wait for others, and can be half done. */
class NonTransactionalScriptsIT {
    private static final String INDEX = "create index concurrently orders_note on orders (note);";

    private static final String A = "insert into log values ('A');";
    private static final String B = "insert into log values ('B');";
    private static final String C = "select 1;";

    @TempDir
    private Path folder;

    private Scripts scripts;

    @BeforeEach
    void writeTheTable() {
        scripts = Scripts.in(folder).with("V1__orders.sql", """
                create table orders (id int primary key, note varchar(20));
                insert into orders select n, 'note ' || n from generate_series(1, 1000) n;
                """);
    }

    @PostgresTest
    void aConcurrentIndexIsBuiltByASingleReplica(TestDatabase database) {
        scripts.with("V2__index.sql", INDEX);
        migrator(database).run().expect(ExitCode.OK);
        assertThat(valid(database, "orders_note")).isEqualTo("t");
        assertThat(History.attempts(database)).containsExactly("V1__orders.sql applied", "V2__index.sql applied");
    }

    @PostgresTest
    void aConcurrentIndexIsBuiltWhileSixReplicasWait(TestDatabase database) {
        scripts.with("V2__index.sql", INDEX);
        try (var replicas = new Replicas(migrator(database));
                OldTransaction report = OldTransaction.withASnapshot(database)) {
            replicas.start();
            Eventually.runs(database, "create index concurrently");
            replicas.start(6).forEach(waiter -> waiter.awaitLine("waiting for another replica to migrate"));
            report.end();
            replicas.awaitAll();
        }
        assertThat(History.applied(database)).containsExactly("1", "2");
        assertThat(valid(database, "orders_note")).isEqualTo("t");
    }

    @PostgresTest
    void everyCommandThatRefusesATransactionRunsAndIsRecorded(TestDatabase database) {
        scripts.with("V2__index.sql", INDEX)
                .with("V3__two_indexes.sql", """
                        set maintenance_work_mem = '8MB';
                        create index concurrently orders_a on orders (id, note);
                        create unique index concurrently if not exists orders_b on public.orders (note, id);
                        """)
                .with("V4__reindex.sql", "reindex index concurrently orders_note;")
                .with("V5__reindex.sql", "reindex (verbose) table concurrently orders;")
                .with("V6__drop.sql", "drop index concurrently if exists orders_a;")
                .with("V7__vacuum.sql", "vacuum (analyze) orders;")
                .with("V8__partitions.sql", """
                        create table events (id int) partition by range (id);
                        create table events_1 partition of events for values from (1) to (2);
                        create index on events (id);
                        -- public belongs to the database's owner only from PostgreSQL 15 on
                        create schema archive;
                        create table archive.events (id int primary key);
                        """)
                .with("V9__detach.sql", "alter table events detach partition events_1 concurrently;")
                .with("V10__reindex.sql", "reindex schema archive;")
                .with("V11__procedure.sql", "do $$ begin update orders set note = 'x'; commit; end $$;")
                .with("V12__enum.sql", "create type color as enum ('red');")
                .with("V13__enum.sql", "alter type color add value 'green';")
                .with("V14__no_name.sql", "create index concurrently on orders (note);")
                .with(
                        "V15__placeholder.sql",
                        "create index concurrently events_x on ${flyway:defaultSchema}.events_1 (id);")
                .with("V16__partitioned.sql", "reindex table events;")
                .with("V17__as_asked.sql", "insert into orders values (-1); insert into orders values (-2);")
                .with("V17__as_asked.sql.conf", "executeInTransaction=false");
        migrator(database).run().expect(ExitCode.OK);
        assertThat(History.applied(database)).hasSize(17);
        assertThat(database.rows("select script from slipway_run where state <> 'applied'"))
                .isEmpty();
        assertThat(database.rows("select indexrelid::regclass from pg_index where indrelid = 'orders'::regclass"))
                .containsExactlyInAnyOrder("orders_pkey", "orders_note", "orders_b", "orders_note_idx");
        assertThat(database.query("select count(*) from pg_inherits where inhparent = 'events'::regclass"))
                .isEqualTo("0");
        migrator(database).run().expect(ExitCode.OK);
    }

    @PostgresTest
    void anIndexThatFailsOnDuplicatesNeedsNoRepair(TestDatabase database) {
        scripts.with("V2__duplicates.sql", "insert into orders values (2001, 'twice'), (2002, 'twice');")
                .with("V3__unique.sql", "create unique index concurrently orders_key on orders (note);");
        migrator(database)
                .run()
                .expectPlainAnswer(
                        ExitCode.MIGRATION_FAILED,
                        database.password(),
                        "V3__unique.sql, line 1: could not create unique index \\\"orders_key\\\"",
                        "SQLSTATE 23505",
                        "key (note)");
        assertThat(History.invalidIndexes(database)).isEmpty();
        migrator(database).run().expect(ExitCode.MIGRATION_FAILED);

        database.execute("delete from orders where id = 2002");
        migrator(database).run().expect(ExitCode.OK);
        assertThat(valid(database, "orders_key")).isEqualTo("t");
        assertThat(History.applied(database)).containsExactly("1", "2", "3");
        assertThat(History.attempts(database))
                .endsWith("V3__unique.sql failed", "V3__unique.sql failed", "V3__unique.sql applied");
    }

    @PostgresTest
    void aScriptOfSeveralGoesOnWhereItFailed(TestDatabase database) {
        scripts.with("V2__duplicates.sql", "insert into orders values (2001, 'twice'), (2002, 'twice');")
                .with("V3__indexes.sql", """
                        create index concurrently orders_note on orders (note);
                        create unique index concurrently orders_key on orders (note);
                        create index concurrently orders_last on orders (note, id);
                        """);
        migrator(database)
                .run()
                .expectPlainAnswer(ExitCode.MIGRATION_FAILED, database.password(), "V3__indexes.sql, line 2: ");
        String built = oid(database, "orders_note");
        assertThat(History.invalidIndexes(database)).isEmpty();

        database.execute("delete from orders where id = 2002");
        migrator(database).run().expect(ExitCode.OK);
        assertThat(History.applied(database)).containsExactly("1", "2", "3");
        assertThat(oid(database, "orders_note")).as("built once").isEqualTo(built);
        assertThat(valid(database, "orders_key")).isEqualTo("t");
        assertThat(valid(database, "orders_last")).isEqualTo("t");
    }

    @PostgresTest(onOneMajor = true)
    void aFailedIndexWithoutANameLeavesNothing(TestDatabase database) {
        scripts.with("V2__duplicates.sql", "insert into orders values (2001, 'twice'), (2002, 'twice');")
                .with("V3__unique.sql", "create unique index concurrently on orders (note);");
        migrator(database).run().expect(ExitCode.MIGRATION_FAILED);
        assertThat(History.invalidIndexes(database)).isEmpty();
        database.execute("delete from orders where id = 2002");
        migrator(database).run().expect(ExitCode.OK);
        assertThat(valid(database, "orders_note_idx")).isEqualTo("t");
    }

    @PostgresTest
    void anInvalidIndexOfTheSameNameIsReplaced(TestDatabase database) {
        migrator(database).run().expect(ExitCode.OK);
        database.execute("insert into orders values (2001, 'twice'), (2002, 'twice')");
        try {
            database.execute("create unique index concurrently orders_key on orders (note)");
        } catch (IllegalStateException duplicates) {
            database.execute("delete from orders where id = 2002");
        }
        assertThat(valid(database, "orders_key")).isEqualTo("f");

        scripts.with("V2__key.sql", "create unique index concurrently if not exists orders_key on orders (note);");
        migrator(database).run().expect(ExitCode.OK);
        assertThat(valid(database, "orders_key")).isEqualTo("t");
    }

    @PostgresTest
    void aKilledIndexBuildIsTakenOver(TestDatabase database) {
        scripts.with("V2__index.sql", INDEX);
        Ended next = takeOver(database, "create index concurrently");
        assertThat(next.lines("an earlier attempt did not finish")).hasSize(1);
        assertThat(next.lines("dropping an invalid index")).hasSize(1);
        assertThat(valid(database, "orders_note")).isEqualTo("t");
        assertThat(History.applied(database)).containsExactly("1", "2");
    }

    @PostgresTest
    void aKilledReindexIsTakenOverAndItsRemainsAreGone(TestDatabase database) {
        scripts.with("V2__index.sql", "create index orders_note on orders (note);")
                .with("V3__reindex.sql", "reindex table concurrently orders;");
        takeOver(database, "reindex table concurrently");
        assertThat(database.rows("select indexrelid::regclass from pg_index where indrelid = 'orders'::regclass"))
                .containsExactlyInAnyOrder("orders_pkey", "orders_note");
        assertThat(History.invalidIndexes(database)).isEmpty();
        assertThat(History.applied(database)).containsExactly("1", "2", "3");
    }

    @PostgresTest
    void aKilledDetachIsFinished(TestDatabase database) {
        scripts.with("V2__partitions.sql", """
                        create table events (id int) partition by range (id);
                        create table events_1 partition of events for values from (1) to (2);
                        """)
                .with("V3__detach.sql", "alter table events detach partition events_1 concurrently;");
        Migrator migrator = migrator(database);
        scripts.without("V3__detach.sql");
        migrator.run().expect(ExitCode.OK);
        scripts.with("V3__detach.sql", "alter table events detach partition events_1 concurrently;");
        try (var replicas = new Replicas(migrator)) {
            OldTransaction.that(database, "select * from events").during(() -> {
                Replica killed = replicas.start();
                Eventually.row(database, "select 1 from pg_inherits where inhdetachpending");
                kill(database, killed);
            });
            Ended next = replicas.start().awaitEnd().expect(ExitCode.OK);
            assertThat(next.lines("finishing a detach that was interrupted")).hasSize(1);
        }
        assertThat(database.rows("select 1 from pg_inherits where inhparent = 'events'::regclass"))
                .isEmpty();
        assertThat(History.applied(database)).containsExactly("1", "2", "3");
    }

    @PostgresTest(onOneMajor = true)
    void whatCannotBeToldFromTheCatalogIsLeftToAPerson(TestDatabase database) {
        scripts.with(
                "V2__lock.sql",
                "do $$ begin insert into orders values (0); commit;"
                        + " perform pg_advisory_xact_lock(7); insert into orders values (-1); commit; end $$;");
        try (var replicas = new Replicas(migrator(database))) {
            OldTransaction.that(database, "select pg_advisory_xact_lock(7)").during(() -> {
                Replica killed = replicas.start();
                Eventually.runs(database, "do $$");
                Eventually.row(database, "select 1 from orders where id = 0");
                kill(database, killed);
            });
        }
        migrator(database)
                .run()
                .expectPlainAnswer(
                        ExitCode.MIGRATION_FAILED,
                        database.password(),
                        "V2__lock.sql was started by slipway/shop/api-0",
                        "the statement in line 1",
                        "slipway repair",
                        "write '-- slipway: resumable' above the first statement");
        assertThat(database.query("select count(*) from orders where id <= 0")).isEqualTo("1");

        database.execute("delete from orders where id = 0");
        migrator(database).run("repair", "--yes").expect(ExitCode.OK);
        migrator(database).run().expect(ExitCode.OK);
        assertThat(database.query("select count(*) from orders where id <= 0")).isEqualTo("2");
    }

    /** Killed between two of its own commits, and then failing after one: each time it runs again. */
    @PostgresTest(onOneMajor = true)
    void aLoopThatItsAuthorCallsResumableRunsAgain(TestDatabase database) {
        scripts.with("V2__loop.sql", """
                -- slipway: resumable
                do $$ begin
                  update orders set note = 'first' where id = 1 and note = 'note 1';
                  commit;
                  perform pg_advisory_xact_lock(7);
                  update orders set note = note || '!' where id = 2 and note = 'note 2';
                  commit;
                  if exists (select 1 from orders where id = 3 and note = 'note 3') then
                    raise exception 'stopped by order 3';
                  end if;
                end $$;
                """);
        try (var replicas = new Replicas(migrator(database))) {
            OldTransaction.that(database, "select pg_advisory_xact_lock(7)").during(() -> {
                Replica killed = replicas.start();
                Eventually.runs(database, "do $$");
                Eventually.row(database, "select 1 from orders where note = 'first'");
                kill(database, killed);
            });
        }
        migrator(database)
                .run()
                .expectPlainAnswer(
                        ExitCode.MIGRATION_FAILED,
                        database.password(),
                        "stopped by order 3",
                        "what it committed on its way stays, and it runs again, as its header allows");
        database.execute("update orders set note = 'corrected' where id = 3");
        migrator(database).run().expect(ExitCode.OK);
        assertThat(database.rows("select note from orders where id <= 3 order by id"))
                .containsExactly("first", "note 2!", "corrected");
        assertThat(History.attempts(database))
                .containsExactly(
                        "V1__orders.sql applied", "V2__loop.sql failed", "V2__loop.sql failed", "V2__loop.sql applied");
    }

    @PostgresTest(onOneMajor = true)
    void aScriptThatIsOneTransactionIsNotResumable(TestDatabase database) {
        scripts.with("V2__plain.sql", "-- slipway: resumable\nselect 1;");
        migrator(database)
                .run()
                .expectPlainAnswer(
                        ExitCode.USAGE,
                        database.password(),
                        "V2__plain.sql has '-- slipway: resumable', which has no effect");
        assertThat(database.rows("select 1 where to_regclass('orders') is not null"))
                .isEmpty();
    }

    /**
     * The result of a script that failed at its third statement, depending on how its file changes before the next
     * start.
     */
    @PostgresTest(onOneMajor = true)
    void whatIsDoneIsNotDoneAgainHoweverTheFileIsChanged(TestDatabase database) {
        var goesOn = Map.of(
                "a setting on top", "set lock_timeout = '5s';\n" + A + B + C,
                "settings between, one spelt with a tab", A + "SET\twork_mem = '8MB';" + B + "reset work_mem;" + C,
                "comments", "-- one\n/* two */ insert /* three */ into log values ('A')  ;" + B + "-- four\n" + C,
                "blanks and lines", A.replace(" ", "\r\n ") + "\t" + B.replace("log values", "log\n\nvalues") + C,
                "more at the end", A + B + C + "insert into log values ('C');");
        var refused = Map.of(
                "the first changed", "insert into log values ('X');\n" + B + C,
                "the second changed", A + "\ninsert into log values ('X');\n" + C,
                "one put first", "insert into log values ('X');\n" + A + B + C,
                "one put between", A + "\ninsert into log values ('X');\n" + B + C,
                "the first gone", B + C,
                "both gone", C,
                "exchanged", B + A + C,
                "in another case", A.replace("log", "\"log\"") + B + C,
                "cut off", A);
        goesOn.forEach((edit, text) -> {
            Scripts edited = failAtTheThird(database).with("V1__log.sql", text);
            migrator(database, edited).run().expect(ExitCode.OK);
            assertThat(database.rows("select n from log order by n"))
                    .as(edit)
                    .startsWith("A", "B")
                    .doesNotHaveDuplicates();
        });
        refused.forEach((edit, text) -> {
            Scripts edited = failAtTheThird(database).with("V1__log.sql", text);
            Ended ended = migrator(database, edited)
                    .run()
                    .expectPlainAnswer(
                            ExitCode.HISTORY_DIFFERS,
                            database.password(),
                            "V1__log.sql was started by slipway/shop/api-0",
                            "its first 2 statements are done; they were changed since: ");
            String where =
                    edit.equals("cut off") ? "it ends before number 2" : "has another statement than the one that ran";
            assertThat(ended.message()).as(edit).contains(where);
            assertThat(database.rows("select n from log order by n")).as(edit).containsExactly("A", "B");
        });
    }

    @PostgresTest(onOneMajor = true)
    void whatIsDoneIsNotDoneAgainUnderAnotherNameOrInATransaction(TestDatabase database) {
        failAtTheThird(database)
                .without("V1__log.sql")
                .without("V1__log.sql.conf")
                .with("V1__renamed.sql", A + B + C);
        migrator(database, Scripts.in(folder, "log")).run().expect(ExitCode.OK);
        assertThat(database.rows("select n from log order by n")).containsExactly("A", "B");
        assertThat(History.attempts(database)).containsExactly("V1__log.sql failed", "V1__renamed.sql applied");
    }

    private Scripts failAtTheThird(TestDatabase database) {
        FreshSchema.in(database);
        database.execute("create table log (n text)");
        Scripts failing = Scripts.in(folder, "log")
                .with("V1__log.sql", A + B + "select 1/0;")
                .with("V1__log.sql.conf", "executeInTransaction=false");
        migrator(database, failing).with(Setting.BASELINE_VERSION, "0").run().expect(ExitCode.MIGRATION_FAILED);
        return failing;
    }

    private Migrator migrator(TestDatabase database, Scripts those) {
        return Migrator.of(database, those, folder);
    }

    @PostgresTest
    void aScriptThatMixesBothIsRefusedWithTheLineBeforeAnythingRuns(TestDatabase database) {
        scripts.with("V2__mixed.sql", "alter table orders add column sent date;\n\n" + INDEX)
                .with("V3__own_commit.sql", "insert into orders values (0);\ncommit;\n");
        migrator(database)
                .run()
                .expectPlainAnswer(
                        ExitCode.USAGE,
                        database.password(),
                        "V2__mixed.sql line 3: CREATE INDEX CONCURRENTLY cannot run inside a transaction block",
                        "V3__own_commit.sql line 2: COMMIT starts or ends a transaction by itself");
        assertThat(database.rows("select relname from pg_class where relname = 'orders'"))
                .isEmpty();
    }

    /** Kills the first replica in the middle of a statement that an old transaction holds up; returns how the next ended. */
    private Ended takeOver(TestDatabase database, String statement) {
        try (var replicas = new Replicas(migrator(database))) {
            OldTransaction.withASnapshot(database).during(() -> {
                Replica killed = replicas.start();
                Eventually.runs(database, statement);
                Eventually.row(database, "select 1 from pg_index where not indisvalid");
                kill(database, killed);
            });
            return replicas.start().awaitEnd().expect(ExitCode.OK);
        }
    }

    /** Returns when the server has noticed. */
    private static void kill(TestDatabase database, Replica replica) {
        replica.signal(Signal.KILL);
        Eventually.that(
                "the end of the killed replica's session",
                () -> database.rows("select 1 from pg_stat_activity where application_name = '"
                                + replica.applicationName() + "' and datname = current_database()")
                        .isEmpty());
    }

    private static String valid(TestDatabase database, String index) {
        return database.query("select indisvalid from pg_index where indexrelid = '" + index + "'::regclass");
    }

    private static String oid(TestDatabase database, String index) {
        return database.query("select '" + index + "'::regclass::oid");
    }

    private Migrator migrator(TestDatabase database) {
        return Migrator.of(database, scripts, folder);
    }
}
