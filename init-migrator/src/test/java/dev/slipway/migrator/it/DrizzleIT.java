package dev.slipway.migrator.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.contract.ExitCode;
import dev.slipway.contract.Setting;
import dev.slipway.testkit.postgres.PostgresTest;
import dev.slipway.testkit.postgres.TestDatabase;
import dev.slipway.testkit.process.Signal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.io.TempDir;

/** A folder that drizzle-kit wrote, on databases as Drizzle leaves them: adopted, killed half-way, raced, and refused. */
class DrizzleIT {
    private static final String TABLE = "drizzle.__drizzle_migrations";
    private static final String MIXED = """
            insert into orders values (1, 'before');
            --> statement-breakpoint
            create index concurrently orders_note on orders (note)
            --> statement-breakpoint
            insert into orders values (2, 'after');
            --> statement-breakpoint
            select pg_advisory_xact_lock(7)
            """;

    @TempDir
    private Path temporary;

    @PostgresTest
    void twelveReplicasContinueAHalfAppliedFolderOnce(TestDatabase database) {
        appliedByDrizzle(database, 2);
        List<Ended> ended;
        try (var replicas = new Replicas(migrator(database, 6))) {
            replicas.start(12);
            ended = replicas.awaitAll();
        }
        assertInStep(database, 6);
        assertThat(database.query("select count(*) from orders")).isEqualTo("1000");
        assertThat(History.invalidIndexes(database)).isEmpty();
        assertThat(ended.stream().filter(each -> each.message().contains("\"outcome\":\"applied\"")))
                .as("those that migrated")
                .hasSize(1);
    }

    @PostgresTest(onOneMajor = true)
    void whoFindsNothingToDoTakesNoLock(TestDatabase database) {
        migrator(database, 6).run().expect(ExitCode.OK);
        try (OldTransaction reader =
                OldTransaction.that(database, "lock table " + TABLE + " in share update exclusive mode")) {
            assertThat(migrator(database, 6).run().expect(ExitCode.OK).message())
                    .contains("\"outcome\":\"up-to-date\"");
            reader.end();
        }
        assertInStep(database, 6);
    }

    @PostgresTest
    void aKillInTheSecondHalfOfAMixedFileRepeatsNothing(TestDatabase database) throws SQLException {
        DrizzleFolder folder = withLast(MIXED);
        Migrator migrator = migrator(database, folder).with(Setting.LOCK_TIMEOUT, "0");
        // A lock without a snapshot, for which the concurrent index would wait.
        try (Connection blocks = database.connect();
                Statement lock = blocks.createStatement();
                Replica killed = startLocked(migrator, lock)) {
            Eventually.runs(database, "select pg_advisory_xact_lock(7)");
            assertThat(database.rows("select note from orders where id < 3")).containsExactly("before");
            killed.signal(Signal.KILL);
            killed.process().awaitExit(Migrator.DEADLINE);
            Eventually.that(
                    "the end of the killed session",
                    () -> database.rows("select 1 from pg_stat_activity where datname = current_database()"
                                    + " and application_name like 'slipway/%'")
                            .isEmpty());
            assertThat(recorded(database)).isEqualTo(1);
        }
        assertThat(migrator.run().expect(ExitCode.OK).lines("going on where an earlier attempt ended"))
                .singleElement()
                .asString()
                .contains("\"statementsDone\":2");
        assertThat(database.rows("select note from orders order by id")).containsExactly("before", "after");
        assertThat(History.invalidIndexes(database)).isEmpty();
        assertInStep(database, 2);
    }

    private static Replica startLocked(Migrator migrator, Statement lock) throws SQLException {
        lock.execute("select pg_advisory_lock(7)");
        return migrator.start("api-0");
    }

    @PostgresTest(onOneMajor = true)
    void aKillDuringTheConcurrentIndexLeavesNothingInvalid(TestDatabase database) {
        appliedByDrizzle(database, 2);
        try (OldTransaction report = OldTransaction.withASnapshot(database);
                Replica killed = migrator(database, 6).start("api-0")) {
            Eventually.runs(database, "create index concurrently");
            killed.signal(Signal.KILL);
            killed.process().awaitExit(Migrator.DEADLINE);
            report.end();
        }
        migrator(database, 6).run().expect(ExitCode.OK);
        assertInStep(database, 6);
        assertThat(History.invalidIndexes(database)).isEmpty();
        assertThat(database.query("select indisvalid from pg_index where indexrelid = 'orders_note'::regclass"))
                .isEqualTo("t");
    }

    @PostgresTest(onOneMajor = true)
    void aMixedFileThatFailsGoesOnWhereItFailed(TestDatabase database) {
        DrizzleFolder folder = withLast("""
                insert into orders values (1, 'before');
                create index concurrently orders_note on orders (note);
                insert into orders values (2, 'after');
                insert into nowhere values (1);
                """);
        migrator(database, folder)
                .run()
                .expectPlainAnswer(
                        ExitCode.MIGRATION_FAILED,
                        database.password(),
                        "0001_sample_rows.sql, line 4",
                        "\\\"nowhere\\\"");
        assertThat(database.rows("select note from orders")).containsExactly("before");
        assertThat(recorded(database)).isEqualTo(1);

        folder.with("0001_sample_rows.sql", """
                insert into orders values (7, 'changed');
                create index concurrently orders_note on orders (note);
                """);
        migrator(database, folder)
                .run()
                .expectPlainAnswer(
                        ExitCode.HISTORY_DIFFERS,
                        database.password(),
                        "its first 2 statements are done",
                        "were changed since");

        folder.with("0001_sample_rows.sql", """
                insert into orders values (1, 'before');
                create index concurrently orders_note on orders (note);
                insert into orders values (2, 'after');
                """);
        migrator(database, folder).run().expect(ExitCode.OK);
        assertThat(database.rows("select note from orders order by id")).containsExactly("before", "after");
        assertInStep(database, 2);
    }

    /** Drizzle compares only times, so it never runs a late file. */
    @PostgresTest(onOneMajor = true)
    void whatDrizzleSkippedIsReportedAndNotGuessed(TestDatabase database) {
        appliedByDrizzle(database, 3);
        database.execute("delete from " + TABLE + " where created_at = " + DrizzleFolder.when(1));
        migrator(database, 4)
                .run()
                .expectPlainAnswer(
                        ExitCode.HISTORY_DIFFERS,
                        database.password(),
                        "0001_sample_rows.sql",
                        "was never applied",
                        "Drizzle silently skips such a file");
        assertThat(database.query("select to_regclass('flyway_schema_history')"))
                .isEqualTo("null");
    }

    /** People adopt a schema by writing only the newest row, and then declare it as the baseline. */
    @PostgresTest(onOneMajor = true)
    void aBaselineSaysWhatIsAppliedWithoutARow(TestDatabase database) {
        appliedByDrizzle(database, 3);
        database.execute("delete from " + TABLE + " where created_at < " + DrizzleFolder.when(2));
        String version = DrizzleFolder.version(2);
        migrator(database, 6).with(Setting.BASELINE_VERSION, version).run().expect(ExitCode.OK);
        assertThat(recorded(database)).isEqualTo(6);
        assertThat(History.applied(database)).hasSize(4).startsWith(version);
        migrator(database, 6).run().expect(ExitCode.OK);
    }

    /** drizzle-kit push creates tables without a record. */
    @PostgresTest(onOneMajor = true)
    void aSchemaWithoutAnyRecordIsRefusedUntilABaseline(TestDatabase database) {
        appliedByDrizzle(database, 3);
        database.execute("drop schema drizzle cascade");
        migrator(database, 6)
                .run()
                .expectPlainAnswer(ExitCode.HISTORY_DIFFERS, database.password(), "has content", "baseline-version");
        migrator(database, 6)
                .with(Setting.BASELINE_VERSION, DrizzleFolder.version(2))
                .run()
                .expect(ExitCode.OK);
        assertThat(recorded(database)).isEqualTo(6);
        assertThat(History.applied(database)).hasSize(4);
    }

    /** Drizzle takes no lock, so it can run the same file at the same time. */
    @PostgresTest(onOneMajor = true)
    void whatDrizzleAppliesMeanwhileIsNotAppliedTwice(TestDatabase database) throws SQLException {
        appliedByDrizzle(database, 1);
        String insert = "insert into orders select (random() * 1e9)::int";
        String sql = insert + ";\n--> statement-breakpoint\nselect pg_advisory_xact_lock(7)";
        Migrator migrator = migrator(database, withLast(sql)).with(Setting.LOCK_TIMEOUT, "0");
        try (Connection drizzle = database.connect();
                Statement statement = drizzle.createStatement();
                Replica ours = startLocked(migrator, statement)) {
            Eventually.runs(database, "select pg_advisory_xact_lock(7)");
            statement.execute(insert + "; " + row(sql, 1) + "; select pg_advisory_unlock(7)");
            assertThat(ours.awaitEnd().expect(ExitCode.MIGRATION_FAILED).message())
                    .contains("was applied by Drizzle at the same time");
        }
        migrator.run().expect(ExitCode.OK);
        assertThat(database.query("select count(*) from orders")).isEqualTo("1");
        assertInStep(database, 2);
    }

    @PostgresTest(onOneMajor = true)
    void whileDrizzleMigratesNothingIsTakenForApplied(TestDatabase database) {
        appliedByDrizzle(database, 2);
        Migrator migrator = migrator(database, 3).with(Setting.LOCK_TIMEOUT, "200ms");
        OldTransaction.that(database, "update " + TABLE + " set hash = hash")
                .during(() -> migrator.run()
                        .expectPlainAnswer(
                                ExitCode.MIGRATION_FAILED, database.password(), "Drizzle is migrating right now"));
        migrator.run().expect(ExitCode.OK);
        assertInStep(database, 3);
    }

    @PostgresTest(onOneMajor = true)
    void aRowThatFitsNoFileIsReportedAndNotGuessed(TestDatabase database) {
        appliedByDrizzle(database, 3);
        database.execute("insert into " + TABLE + " (hash, created_at) values ('0123456789abcdef', 1700000000000)");
        migrator(database, 3)
                .run()
                .expectPlainAnswer(
                        ExitCode.HISTORY_DIFFERS,
                        database.password(),
                        "row 4 of " + TABLE + " (20231114221320, hash 01234567",
                        "fits no file of the folder");
        assertThat(database.query("select to_regclass('flyway_schema_history')"))
                .isEqualTo("null");
    }

    @PostgresTest(onOneMajor = true)
    void anOlderImageStartsOnWhatDrizzleAppliedSince(TestDatabase database) {
        appliedByDrizzle(database, 3);
        Migrator older = migrator(database, 2);
        older.run().expect(ExitCode.OK);
        older.with(Setting.SCHEMA_AHEAD, "fail")
                .run()
                .expectPlainAnswer(ExitCode.HISTORY_DIFFERS, database.password(), "the database is ahead");
    }

    @PostgresTest(onOneMajor = true)
    void aFileThatWasChangedAfterDrizzleAppliedItIsRefusedUntilARepair(TestDatabase database) {
        appliedByDrizzle(database, 2);
        DrizzleFolder folder = DrizzleFolder.of(temporary, 2);
        folder.with("0000_orders.sql", folder.text("0000_orders.sql") + "-- changed\n");
        migrator(database, folder)
                .run()
                .expectPlainAnswer(
                        ExitCode.HISTORY_DIFFERS,
                        database.password(),
                        "0000_orders.sql",
                        "was changed after Drizzle applied it",
                        "slipway repair");
        migrator(database, folder).run("repair", "--yes").expect(ExitCode.OK);
        assertThat(migrator(database, folder).run().expect(ExitCode.OK).message())
                .contains("nothing to do");
        assertInStep(database, 2);
    }

    @PostgresTest(onOneMajor = true)
    void otherLineEndsAreNoChange(TestDatabase database) {
        appliedByDrizzle(database, 2);
        DrizzleFolder folder = DrizzleFolder.of(temporary, 2);
        folder.with("0000_orders.sql", folder.text("0000_orders.sql").replace("\n", "\r\n"));
        migrator(database, folder).run().expect(ExitCode.OK);
        assertInStep(database, 2);
    }

    @PostgresTest(onOneMajor = true)
    void everyCommandKnowsWhatDrizzleApplied(TestDatabase database) {
        appliedByDrizzle(database, 2);
        Migrator migrator = migrator(database, 6);
        assertThat(migrator.run("status").expect(ExitCode.OK).output())
                .contains("2 applied, 4 pending, 0 held, 0 different", "0000_orders.sql was applied by Drizzle");
        assertThat(migrator.run("validate").expect(ExitCode.OK).message()).contains("2 applied, 4 pending");
        assertThat(migrator.run("plan").expect(ExitCode.OK).output())
                .contains("0002_amounts.sql", "0005_total.sql")
                .doesNotContain("0001_sample_rows.sql");
        assertThat(migrator.run("preflight").expect(ExitCode.OK).output())
                .contains("Drizzle's, with 2 migrations, will be taken over", "2 applied, 4 pending");
        assertThat(database.query("select to_regclass('flyway_schema_history')"))
                .as("a look changes nothing")
                .isEqualTo("null");
        migrator.run().expect(ExitCode.OK);
        assertThat(migrator.runByHand("preflight").expect(ExitCode.OK).output()).contains("6 applied, none pending");
    }

    @PostgresTest(onOneMajor = true)
    void aBadFolderIsRefusedWithAllItsProblemsBeforeAnythingRuns(TestDatabase database) {
        DrizzleFolder folder = DrizzleFolder.of(temporary, 3)
                .without("0001_sample_rows.sql")
                .with("0002_amounts.sql", "create table amounts (id int);\n--> statement-breakpoint\nselect 'open\n");
        migrator(database, folder)
                .run()
                .expectPlainAnswer(
                        ExitCode.USAGE,
                        database.password(),
                        "meta/_journal.json names 0001_sample_rows.sql, but that file is not there");
        folder.with("0001_sample_rows.sql", "select 1;");
        migrator(database, folder)
                .run()
                .expectPlainAnswer(
                        ExitCode.USAGE, database.password(), "0002_amounts.sql line 3: the text that starts here");
        assertThat(database.query("select to_regclass('orders')")).isEqualTo("null");
    }

    @PostgresTest(onOneMajor = true)
    void aRoleThatMayNotReadDrizzlesTableIsToldSo(TestDatabase database) {
        appliedByDrizzle(database, 2);
        database.execute(
                "revoke all on " + TABLE + " from current_user; revoke all on schema drizzle from current_user");
        Migrator migrator = migrator(database, 2);
        migrator.run()
                .expectPlainAnswer(
                        ExitCode.PREFLIGHT_REFUSED,
                        database.password(),
                        "may not read Drizzle's history table " + TABLE);
        migrator.run("preflight").expect(ExitCode.PREFLIGHT_REFUSED);
    }

    @PostgresTest(onOneMajor = true)
    void anotherTableOfThatNameIsNotTakenForDrizzles(TestDatabase database) {
        database.execute("create schema drizzle; create table " + TABLE + " (id int, checksum text)");
        migrator(database, 2)
                .run()
                .expectPlainAnswer(
                        ExitCode.PREFLIGHT_REFUSED,
                        database.password(),
                        TABLE + " is not Drizzle's history table",
                        "expected the columns id, hash and created_at");
    }

    @PostgresTest
    void aRollbackTakesDrizzlesRowWithItSoThatTheNextRunAppliesTheFileAgain(TestDatabase database) {
        DrizzleFolder folder = withAnUndoScript(2);
        migrator(database, folder).run().expect(ExitCode.OK);
        assertInStep(database, 2);

        rollback(migrator(database, folder), database).expect(ExitCode.OK);
        assertThat(database.query("select count(*) from orders")).isEqualTo("0");
        assertInStep(database, 1);

        migrator(database, folder).run().expect(ExitCode.OK);
        assertThat(database.query("select count(*) from orders")).isEqualTo("1000");
        assertInStep(database, 2);
    }

    /** Files of drizzle-kit generate --custom are all the same until they are filled in. */
    @PostgresTest(onOneMajor = true)
    void aRollbackLeavesTheRowOfAnotherFileWithTheSameContent(TestDatabase database) {
        DrizzleFolder folder = withAnUndoScript(3);
        String same = "-- Custom SQL migration file, put your code below! --\nselect 1;";
        DrizzleFolder twins = folder.with("0001_sample_rows.sql", same).with("0002_amounts.sql", same);
        twins.with("undo/U" + DrizzleFolder.version(2) + "__amounts.sql", "select 2;");
        migrator(database, twins).run().expect(ExitCode.OK);
        assertInStep(database, 3);

        migrator(database, twins)
                .run(
                        "rollback",
                        "--to",
                        DrizzleFolder.version(1),
                        "--confirm",
                        database.name() + "@" + DrizzleFolder.version(1),
                        "--no-delay")
                .expect(ExitCode.OK);
        assertInStep(database, 2);
    }

    @PostgresTest(onOneMajor = true)
    void anOlderImageRollsBackAFileThatItDoesNotKnow(TestDatabase database) {
        DrizzleFolder newer = withAnUndoScript(2);
        migrator(database, newer).run().expect(ExitCode.OK);

        rollback(migrator(database, 1), database).expect(ExitCode.OK);
        assertInStep(database, 1);

        migrator(database, newer).run().expect(ExitCode.OK);
        assertInStep(database, 2);
    }

    /** The next run creates it again. */
    @PostgresTest(onOneMajor = true)
    void aRollbackDoesNotNeedDrizzlesTable(TestDatabase database) {
        DrizzleFolder folder = withAnUndoScript(2);
        migrator(database, folder).run().expect(ExitCode.OK);
        database.execute("drop schema drizzle cascade");

        rollback(migrator(database, folder), database).expect(ExitCode.OK);
        assertThat(History.applied(database)).hasSize(1);

        migrator(database, folder).run().expect(ExitCode.OK);
        assertInStep(database, 2);
    }

    @PostgresTest(onOneMajor = true)
    void withoutTheFolderNothingIsRolledBackAsDrizzlesRowWouldStay(TestDatabase database) {
        Migrator migrator = migrator(database, withAnUndoScript(2));
        migrator.run().expect(ExitCode.OK);

        Migrator without = migrator.withoutEnv(Setting.MIGRATIONS.env());
        rollback(without, database)
                .expectPlainAnswer(
                        ExitCode.ROLLBACK_REFUSED,
                        database.password(),
                        "0001_sample_rows.sql came from a Drizzle folder",
                        "name the folder in --migrations");
        assertInStep(database, 2);
    }

    @PostgresTest(onOneMajor = true)
    void anUndoScriptOfAVersionThatTheFolderDoesNotHaveIsRefused(TestDatabase database) {
        DrizzleFolder folder = DrizzleFolder.of(temporary, 2)
                .with("undo/U20200101000000__typo.sql", "select 1;")
                .with("undo/sample_rows.sql", "select 1;");
        migrator(database, folder)
                .run()
                .expectPlainAnswer(
                        ExitCode.USAGE,
                        database.password(),
                        "undo/U20200101000000__typo.sql undoes version 20200101000000",
                        "undo/sample_rows.sql is no undo script");
    }

    /** For the second migration. */
    private DrizzleFolder withAnUndoScript(int count) {
        return DrizzleFolder.of(temporary, count)
                .with(
                        "undo/U" + DrizzleFolder.version(1) + "__sample_rows.sql",
                        "delete from lines; delete from orders;");
    }

    /** To the first migration. */
    private static Ended rollback(Migrator migrator, TestDatabase database) {
        String target = DrizzleFolder.version(0);
        return migrator.run("rollback", "--to", target, "--confirm", database.name() + "@" + target, "--no-delay");
    }

    /** The first two migrations; the second with this content. */
    private DrizzleFolder withLast(String sql) {
        return DrizzleFolder.of(temporary, 2).with("0001_sample_rows.sql", sql);
    }

    private Migrator migrator(TestDatabase database, int count) {
        return migrator(database, DrizzleFolder.of(temporary, count));
    }

    private Migrator migrator(TestDatabase database, DrizzleFolder folder) {
        return Migrator.of(database, folder.scripts(), temporary);
    }

    /** Runs the first files, and writes the rows that drizzle-orm 0.45 writes for them. */
    private void appliedByDrizzle(TestDatabase database, int count) {
        DrizzleFolder folder = DrizzleFolder.of(temporary, count);
        database.execute("create schema drizzle; create table " + TABLE
                + " (id serial primary key, hash text not null, created_at bigint)");
        IntStream.range(0, count).forEach(index -> {
            String sql = folder.text(DrizzleFolder.TAGS.get(index) + ".sql");
            database.execute(sql.replace("CONCURRENTLY", ""));
            database.execute(row(sql, index));
        });
    }

    private static String row(String sql, int index) {
        return "insert into " + TABLE + " (hash, created_at) values ('" + sha256(sql) + "', "
                + DrizzleFolder.when(index) + ")";
    }

    private static String sha256(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static int recorded(TestDatabase database) {
        return Integer.parseInt(database.query("select count(*) from " + TABLE));
    }

    /** Each migration once, in both histories, under the same time. */
    private static void assertInStep(TestDatabase database, int count) {
        assertThat(History.applied(database)).hasSize(count).doesNotHaveDuplicates();
        assertThat(database.rows("select created_at from " + TABLE + " order by id"))
                .isEqualTo(
                        DrizzleFolder.whens(count).stream().map(String::valueOf).toList());
    }
}
