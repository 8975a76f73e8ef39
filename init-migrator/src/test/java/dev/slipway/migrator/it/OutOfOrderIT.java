package dev.slipway.migrator.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.contract.ExitCode;
import dev.slipway.contract.Setting;
import dev.slipway.testkit.postgres.PostgresTest;
import dev.slipway.testkit.postgres.TestDatabase;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A branch that merges second brings a version below the newest applied one: refused, unless the team allows it. */
class OutOfOrderIT {
    private static final List<String> COMMANDS = List.of("preflight", "plan", "validate", "status", "migrate");

    private static final String ROWS = "select installed_rank, version, description, type, script, checksum, success"
            + " from flyway_schema_history order by installed_rank";

    @TempDir
    private Path folder;

    private Scripts scripts;

    @BeforeEach
    void writeTwo() {
        scripts = Scripts.in(folder)
                .with("V1__a.sql", "create table a (i int);")
                .with("V3__c.sql", "create table c (i int);");
    }

    private void theLateOneComes() {
        scripts.with("V2__b.sql", "create table b (i int);");
    }

    @PostgresTest(onOneMajor = true)
    void byDefaultEveryCommandRefusesAndNamesTheSetting(TestDatabase database) {
        migrator(database).run().expect(ExitCode.OK);
        theLateOneComes();
        for (String command : List.of("validate", "migrate")) {
            migrator(database)
                    .run(command)
                    .expectPlainAnswer(
                            ExitCode.HISTORY_DIFFERS,
                            database.password(),
                            "version 2 (b) (V2__b.sql) was never applied",
                            "give it a version above 3",
                            "out-of-order=allow");
        }
        for (String command : List.of("plan", "preflight")) {
            assertThat(migrator(database)
                            .run(command)
                            .expect(ExitCode.HISTORY_DIFFERS)
                            .message())
                    .contains("out-of-order=allow");
        }
        assertThat(migrator(database)
                        .run("status")
                        .expect(ExitCode.HISTORY_DIFFERS)
                        .process()
                        .stdout())
                .anyMatch(line -> line.contains("V2__b.sql") && line.contains("late, refused"));
        assertThat(History.applied(database)).containsExactly("1", "3");
    }

    @PostgresTest
    void allowedItIsAppliedWithTheRowsThatFlywayWrites(TestDatabase database) {
        scripts.with("R__view.sql", "create or replace view v as select 1 n;");
        PlainFlyway first = PlainFlyway.on(database, scripts);
        first.configuration().outOfOrder(true);
        first.migrate();
        theLateOneComes();
        first.migrate();
        List<String> rows = database.rows(ROWS);
        assertThat(rows).hasSize(4);
        FreshSchema.in(database);

        scripts.without("V2__b.sql");
        migrator(database).run().expect(ExitCode.OK);
        theLateOneComes();
        for (String command : List.of("preflight", "plan", "validate", "status")) {
            allowing(database).run(command).expect(ExitCode.OK);
        }
        assertThat(allowing(database).run("status").process().stdout())
                .anyMatch(line -> line.contains("V2__b.sql") && line.contains("pending"));
        assertThat(allowing(database).run().expect(ExitCode.OK).message()).contains("applied 1 migration;");
        assertThat(database.rows(ROWS)).isEqualTo(rows);
        assertThat(database.query("select to_regclass('b') is not null")).isEqualTo("t");
        for (String command : COMMANDS) {
            allowing(database).run(command).expect(ExitCode.OK);
            migrator(database).run(command).expect(ExitCode.OK);
        }
        PlainFlyway beside = PlainFlyway.on(database, scripts);
        beside.configuration().outOfOrder(true);
        assertThat(beside.mistakes()).isEmpty();
        assertThat(beside.migrate()).isZero();
        assertThat(beside.states()).contains("2 b OUT_OF_ORDER");
    }

    @PostgresTest(onOneMajor = true)
    void anOlderImageStartsOnWhatANewerOneAppliedLate(TestDatabase database) {
        scripts.with("R__view.sql", "create or replace view v as select 1 n;");
        allowing(database).run().expect(ExitCode.OK);
        theLateOneComes();
        scripts.with("R__view.sql", "create or replace view v as select 1 n, 2 m;");
        allowing(database).run().expect(ExitCode.OK);

        scripts.without("V2__b.sql").with("R__view.sql", "create or replace view v as select 1 n;");
        for (String command : COMMANDS) {
            allowing(database).run(command).expect(ExitCode.OK);
        }
        assertThat(database.query("select m from v"))
                .as("the newer image's view")
                .isEqualTo("2");
        allowing(database)
                .with(Setting.SCHEMA_AHEAD, "fail")
                .run()
                .expectPlainAnswer(
                        ExitCode.HISTORY_DIFFERS, database.password(), "the database is ahead of this image: it has 2");

        scripts.with("V1__a.sql", "create table a (i int); -- edited");
        allowing(database).run("repair", "--yes").expect(ExitCode.OK);
        theLateOneComes();
        scripts.with("R__view.sql", "create or replace view v as select 1 n, 2 m;");
        assertThat(allowing(database).run().expect(ExitCode.OK).message())
                .as("the repair of an older image has not forgotten version 2")
                .contains("up-to-date");
    }

    @PostgresTest(onOneMajor = true)
    void aFileThatIsReallyMissingIsRefusedAndRepairedAsEver(TestDatabase database) {
        theLateOneComes();
        allowing(database).run().expect(ExitCode.OK);
        scripts.without("V2__b.sql").with("V4__d.sql", "create table d (i int);");
        for (String command : List.of("preflight", "plan", "validate", "migrate")) {
            allowing(database).run(command).expect(ExitCode.HISTORY_DIFFERS);
        }
        allowing(database).run("repair", "--yes").expect(ExitCode.OK);
        allowing(database).run().expect(ExitCode.OK);
        assertThat(database.rows("select version, type from flyway_schema_history order by installed_rank"))
                .containsExactly("1|SQL", "2|SQL", "3|SQL", "2|DELETE", "4|SQL");
    }

    @PostgresTest(onOneMajor = true)
    void aRollbackUndoesInTheOrderInWhichTheyWereApplied(TestDatabase database) {
        scripts.with("U3__c.sql", "drop table c;");
        allowing(database).run().expect(ExitCode.OK);
        scripts.with("V2__b.sql", "create table b as select * from c;")
                .with("U2__b.sql", "drop table b; select * from c;");
        allowing(database).run().expect(ExitCode.OK);
        allowing(database)
                .run("rollback", "--to", "1", "--confirm", database.name() + "@1", "--no-delay")
                .expect(ExitCode.OK);
        assertThat(History.applied(database)).containsExactly("1");
        allowing(database).run().expect(ExitCode.MIGRATION_FAILED);
        scripts.with("V2__b.sql", "create table b (i int);");
        allowing(database).run().expect(ExitCode.OK);
        assertThat(History.applied(database)).containsExactly("1", "2", "3");
    }

    @PostgresTest(onOneMajor = true)
    void phasesHoldAsEver(TestDatabase database) {
        allowing(database).run().expect(ExitCode.OK);
        scripts.with("V2__b.sql", "-- slipway: contract\ndrop table a;")
                .with("V2.1__late.sql", "create table late (i int);");
        Migrator expand = allowing(database).with(Setting.PHASE, "expand");
        Migrator contract = allowing(database).with(Setting.PHASE, "contract");
        contract.run("preflight").expect(ExitCode.HISTORY_DIFFERS);
        contract.run().expect(ExitCode.HISTORY_DIFFERS);
        expand.run("preflight").expect(ExitCode.OK);
        expand.run().expect(ExitCode.OK);
        assertThat(History.applied(database)).containsExactly("1", "3", "2.1");
        contract.run().expect(ExitCode.OK);
        assertThat(History.applied(database)).containsExactly("1", "3", "2.1", "2");
    }

    @PostgresTest(onOneMajor = true)
    void sixReplicasApplyALateVersionOnce(TestDatabase database) {
        allowing(database).run().expect(ExitCode.OK);
        scripts.with("V2__b.sql", "create table b (i int); insert into b values (1); select pg_sleep(0.3);");
        try (var replicas = new Replicas(allowing(database))) {
            replicas.start(6);
            replicas.awaitAll();
        }
        assertThat(database.query("select count(*) from b")).isEqualTo("1");
        assertThat(History.applied(database)).containsExactly("1", "3", "2");
    }

    @PostgresTest(onOneMajor = true)
    void inADrizzleJournalALateFileIsAppliedIfThatIsAllowed(TestDatabase database) {
        DrizzleFolder drizzle = DrizzleFolder.of(folder, 3);
        DrizzleFolder without = DrizzleFolder.of(folder, 2);
        // As if the second file had come from a branch that was merged after the third was released.
        Migrator.of(database, DrizzleFolder.of(folder, 1).scripts(), folder)
                .run()
                .expect(ExitCode.OK);
        Path late = folder.resolve("late");
        List<String> entries = DrizzleFolder.entries();
        new DrizzleFolder(late)
                .with("0000_orders.sql", drizzle.text("0000_orders.sql"))
                .with("0002_amounts.sql", "create table amounts (i int);")
                .withJournal(List.of(entries.get(0), entries.get(2)));
        Migrator.of(database, new Scripts(late), folder).run().expect(ExitCode.OK);
        new DrizzleFolder(late)
                .with("0001_sample_rows.sql", without.text("0001_sample_rows.sql"))
                .withJournal(entries.subList(0, 3));
        Migrator migrator = Migrator.of(database, new Scripts(late), folder);
        for (String command : List.of("preflight", "plan", "validate", "migrate")) {
            assertThat(migrator.run(command).expect(ExitCode.HISTORY_DIFFERS).message())
                    .contains("out-of-order=allow");
        }
        Migrator allowing = migrator.with(Setting.OUT_OF_ORDER, "allow");
        for (String command : COMMANDS) {
            allowing.run(command).expect(ExitCode.OK);
        }
        assertThat(database.query("select count(*) from orders")).isEqualTo("1000");
        assertThat(database.query("select count(*) from drizzle.__drizzle_migrations"))
                .isEqualTo("3");
        assertThat(allowing.run().expect(ExitCode.OK).message()).contains("up-to-date");
        new DrizzleFolder(late).without("0001_sample_rows.sql").withJournal(List.of(entries.get(0), entries.get(2)));
        for (String command : COMMANDS) {
            allowing.run(command).expect(ExitCode.OK);
        }
    }

    private Migrator allowing(TestDatabase database) {
        return migrator(database).with(Setting.OUT_OF_ORDER, "allow");
    }

    private Migrator migrator(TestDatabase database) {
        return Migrator.of(database, scripts, folder);
    }
}
