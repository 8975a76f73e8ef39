package dev.slipway.migrator.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.contract.ExitCode;
import dev.slipway.contract.Setting;
import dev.slipway.testkit.postgres.PostgresTest;
import dev.slipway.testkit.postgres.TestDatabase;
import dev.slipway.testkit.process.Signal;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** Scripts that come with BEGIN and COMMIT, as other tools need them: the same outcome as with Flyway, but never half of it. */
class OwnTransactionsIT {
    private static final String DRIZZLE = "drizzle.__drizzle_migrations";

    @TempDir
    private Path folder;

    private Scripts scripts;

    @BeforeEach
    void makeTheFolder() {
        scripts = Scripts.in(folder);
    }

    @PostgresTest
    void aWholeFileInATransactionEndsAsWithFlyway(TestDatabase database) {
        scripts.with("V1__wrapped.sql", "BEGIN;\ncreate table a (i int);\ninsert into a values (1);\nCOMMIT;\n")
                .with(
                        "V2__other_words.sql",
                        "-- as of 2019\r\nstart\ttransaction;\r\ninsert into a values (2);\r\nEnd Work;\r\n")
                .with(
                        "V3__set.sql",
                        "set work_mem = '8MB';\nbegin work;\nset local lock_timeout = '9s';\n"
                                + "savepoint s;\ninsert into a values (3);\nrollback to s;\ninsert into a values (4);\ncommit;\nreset work_mem;")
                .with("V4__copy.sql", "Begin Transaction;\ncopy a from stdin;\n5\n\\.\ncommit transaction;")
                .with("V5__body.sql", "begin;\ndo $$ begin insert into a values (6); end $$;\ncommit and no chain;")
                .with("beforeMigrate.sql", "begin; create table if not exists called (i int); commit;");
        FreshSchema.in(database);
        PlainFlyway.on(database, scripts).migrate();
        String schema = SchemaDump.of(database);
        List<String> rows = database.rows("select i from a order by i");
        assertThat(rows).containsExactly("1", "2", "4", "5", "6");
        FreshSchema.in(database);

        Ended ended = migrator(database).run().expect(ExitCode.OK);
        assertThat(ended.lines("its BEGIN and COMMIT are not sent")).hasSize(5);
        assertThat(SchemaDump.of(database)).isEqualTo(schema);
        assertThat(database.rows("select i from a order by i")).isEqualTo(rows);
        assertThat(PlainFlyway.on(database, scripts).mistakes()).isEmpty();
        assertThat(database.rows("select distinct transactional from slipway_run where version is not null"))
                .containsExactly("t");
    }

    @PostgresTest(onOneMajor = true)
    void nothingOfAWrappedFileStaysIfItFailsAndTheLineIsTheFiles(TestDatabase database) {
        scripts.with(
                "V1__wrapped.sql",
                "/* a head */\nbegin;\n\ncreate table a (i int);\ninsert into nowhere values (1);\ncommit;");
        migrator(database)
                .run()
                .expectPlainAnswer(ExitCode.MIGRATION_FAILED, database.password(), "V1__wrapped.sql, line 5");
        assertThat(database.query("select to_regclass('a') is null")).isEqualTo("t");
    }

    @PostgresTest
    void aKillInAWrappedFileLeavesNothingAndTheNextReplicaAppliesIt(TestDatabase database) throws SQLException {
        scripts.with(
                "V1__wrapped.sql",
                "begin;\ncreate table a (i int);\nselect pg_advisory_xact_lock(7);\n"
                        + "insert into a values (1);\ncommit;");
        Migrator migrator = migrator(database).with(Setting.LOCK_TIMEOUT, "0");
        try (Connection blocks = database.connect();
                Statement lock = blocks.createStatement()) {
            lock.execute("select pg_advisory_lock(7)");
            try (Replica killed = migrator.start("api-0")) {
                Eventually.runs(database, "select pg_advisory_xact_lock(7)");
                killed.signal(Signal.KILL);
                killed.process().awaitExit(Migrator.DEADLINE);
            }
        }
        migrator.run().expect(ExitCode.OK);
        assertThat(database.rows("select i from a")).containsExactly("1");
        assertThat(History.applied(database)).containsExactly("1");
    }

    @PostgresTest(onOneMajor = true)
    void aCommitBeforeAConcurrentIndexIsUnderstoodInAFlywayFolderToo(TestDatabase database) {
        scripts.with("V1__a.sql", "begin; create table a (i int); commit;")
                .with(
                        "V2__index.sql",
                        "COMMIT;\nset\tmaintenance_work_mem = '8MB';\ncreate index concurrently a_i on a (i);\nBEGIN;");
        migrator(database).run().expect(ExitCode.OK);
        assertThat(database.query("select indisvalid from pg_index where indexrelid = 'a_i'::regclass"))
                .isEqualTo("t");
        migrator(database).run().expect(ExitCode.OK);
    }

    @PostgresTest(onOneMajor = true)
    void anUndoScriptMayBeWrappedAsWell(TestDatabase database) {
        scripts.with("V1__a.sql", "begin; create table a (i int); commit;")
                .with("U1__a.sql", "begin;\ndrop table a;\ncommit;");
        migrator(database).run().expect(ExitCode.OK);
        migrator(database)
                .run("rollback", "--to", "0", "--confirm", database.name() + "@0", "--no-delay")
                .expect(ExitCode.OK);
        assertThat(database.query("select to_regclass('a') is null")).isEqualTo("t");
        assertThat(History.applied(database)).isEmpty();
    }

    @PostgresTest
    void drizzlesUsualWayToAConcurrentIndexRunsInBothLayouts(TestDatabase database) {
        DrizzleFolder journal = DrizzleFolder.of(folder, 2).with("0001_sample_rows.sql", """
                COMMIT;--> statement-breakpoint
                CREATE INDEX CONCURRENTLY IF NOT EXISTS "orders_note" ON "orders" ("note");""");
        Migrator.of(database, journal.scripts(), folder).run().expect(ExitCode.OK);
        assertThat(database.query("select indisvalid from pg_index where indexrelid = 'orders_note'::regclass"))
                .isEqualTo("t");
        assertThat(database.query("select count(*) from " + DRIZZLE)).isEqualTo("2");

        FreshSchema.in(database);
        database.execute("drop schema drizzle cascade");
        Path folders = folder.resolve("folders");
        new DrizzleFolder(folders)
                .with("20260101120000_orders/migration.sql", "create table orders (id int, note text);")
                .with("20260101120001_index/migration.sql", """
                        insert into orders values (1, 'before');
                        --> statement-breakpoint
                        commit;
                        --> statement-breakpoint
                        create index concurrently orders_note on orders (note);
                        --> statement-breakpoint
                        begin;
                        --> statement-breakpoint
                        insert into orders values (2, 'after');""");
        Migrator.of(database, new Scripts(folders), folder).run().expect(ExitCode.OK);
        assertThat(database.rows("select note from orders order by id")).containsExactly("before", "after");
        assertThat(History.invalidIndexes(database)).isEmpty();
        assertThat(database.query("select count(*) from " + DRIZZLE)).isEqualTo("2");
    }

    /** A new value of an enum can be used after the commit only; people write that into one file. */
    @PostgresTest
    void aFileOfDrizzleThatCommitsInItsMiddleGoesOnWhereItFailed(TestDatabase database) {
        DrizzleFolder journal = DrizzleFolder.of(folder, 2).with("0001_sample_rows.sql", """
                create type state as enum ('new');
                create table states (s state);--> statement-breakpoint
                commit;--> statement-breakpoint
                alter type state add value 'sent';--> statement-breakpoint
                insert into states values ('sent');--> statement-breakpoint
                begin;--> statement-breakpoint
                insert into states values ('new');
                insert into missing values (1);""");
        Migrator migrator = Migrator.of(database, journal.scripts(), folder);
        migrator.run()
                .expectPlainAnswer(ExitCode.MIGRATION_FAILED, database.password(), "0001_sample_rows.sql, line 8");
        assertThat(database.rows("select s from states")).containsExactly("sent");
        assertThat(database.query("select count(*) from " + DRIZZLE)).isEqualTo("1");

        database.execute("create table missing (i int)");
        assertThat(migrator.run().expect(ExitCode.OK).lines("going on where an earlier attempt ended"))
                .singleElement()
                .asString()
                .contains("\"statementsDone\":4");
        assertThat(database.rows("select s from states order by 1")).containsExactly("new", "sent");
        assertThat(database.query("select count(*) from missing")).isEqualTo("1");
        assertThat(migrator.run().expect(ExitCode.OK).message()).contains("up-to-date");
    }

    private Migrator migrator(TestDatabase database) {
        return Migrator.of(database, scripts, folder);
    }
}
