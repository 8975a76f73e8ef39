package dev.slipway.migrator.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.contract.ExitCode;
import dev.slipway.contract.Setting;
import dev.slipway.testkit.postgres.PostgresTest;
import dev.slipway.testkit.postgres.TestDatabase;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** An image and a database from different releases: older, newer, with a hole, with a late arrival. */
class FilesAgainstHistoryIT {
    private static final String NEWER = "create or replace view totals as select id, note from orders;";
    private static final String OLDER = "create or replace view totals as select id from orders;";

    @TempDir
    private Path folder;

    private Scripts scripts;

    @BeforeEach
    void writeThreeVersions() {
        scripts = Scripts.in(folder)
                .with("V1__orders.sql", "create table orders (id int primary key);")
                .with("V2__note.sql", "alter table orders add column note text;")
                .with("V3__sent.sql", "alter table orders add column sent date;");
    }

    @PostgresTest(onOneMajor = true)
    void anOlderImageStartsOnANewerSchema(TestDatabase database) {
        migrator(database).run().expect(ExitCode.OK);
        scripts.without("V3__sent.sql").without("V2__note.sql");
        Ended older = migrator(database).run().expect(ExitCode.OK);
        assertThat(older.message()).contains("\"outcome\":\"up-to-date\"", "schema is at version 3");
        assertThat(older.lines("the database is ahead of this image"))
                .singleElement()
                .asString()
                .contains("[\"2\",\"3\"]");
        migrator(database).run("validate").expect(ExitCode.OK);
        migrator(database).run("preflight").expect(ExitCode.OK);
    }

    @PostgresTest(onOneMajor = true)
    void withSchemaAheadFailAnOlderImageIsRefused(TestDatabase database) {
        migrator(database).run().expect(ExitCode.OK);
        scripts.without("V3__sent.sql");
        Migrator strict = migrator(database).with(Setting.SCHEMA_AHEAD, "fail");
        for (String command : new String[] {"migrate", "validate", "preflight"}) {
            strict.run(command)
                    .expectPlainAnswer(
                            ExitCode.HISTORY_DIFFERS, database.password(), "the database is ahead of th", "3");
        }
        assertThat(History.applied(database)).containsExactly("1", "2", "3");
    }

    @PostgresTest(onOneMajor = true)
    void anOlderImageLeavesTheRepeatablesOfTheNewerOneAlone(TestDatabase database) {
        scripts.with("R__totals.sql", NEWER);
        migrator(database).run().expect(ExitCode.OK);
        scripts.without("V3__sent.sql")
                .with("R__totals.sql", OLDER)
                .with("R__retired.sql", "create view retired as select 1;");
        migrator(database).run().expect(ExitCode.OK);
        assertThat(History.applied(database)).containsExactly("1", "2", "3", "totals");
        assertThat(database.query("select count(*) from information_schema.columns where table_name = 'totals'"))
                .isEqualTo("2");
    }

    @PostgresTest(onOneMajor = true)
    void aRepeatableThatOnlyTheDatabaseKnowsMakesItNotAhead(TestDatabase database) {
        scripts.with("R__totals.sql", NEWER);
        migrator(database).run().expect(ExitCode.OK);
        scripts.without("R__totals.sql");
        Migrator strict = migrator(database).with(Setting.SCHEMA_AHEAD, "fail");
        for (String command : new String[] {"migrate", "validate", "preflight"}) {
            strict.run(command).expect(ExitCode.OK);
        }
    }

    @PostgresTest(onOneMajor = true)
    void aHoleInTheMiddleIsRefused(TestDatabase database) {
        migrator(database).run().expect(ExitCode.OK);
        scripts.without("V2__note.sql");
        expectRefusals(database, "version 2 (note) was applied from V2__note.sql, but that file is not here");
    }

    @PostgresTest(onOneMajor = true)
    void aLateLowerVersionIsRefused(TestDatabase database) {
        migrator(database).run().expect(ExitCode.OK);
        scripts.with("V2.1__late.sql", "alter table orders add column late date;");
        expectRefusals(database, "version 2.1 (late) (V2.1__late.sql) was never applied", "give it a version above 3");
        assertThat(database.rows("select 1 from information_schema.columns where column_name = 'late'"))
                .isEmpty();
    }

    @PostgresTest(onOneMajor = true)
    void everyDisagreementIsNamedAtOnceAndNothingPendingRuns(TestDatabase database) {
        migrator(database).run().expect(ExitCode.OK);
        scripts.with("V1__orders.sql", "create table other (id int);")
                .without("V2__note.sql")
                .with("V2.1__late.sql", "select 1;")
                .without("V3__sent.sql")
                .with("V3__delivered.sql", "alter table orders add column sent date;")
                .with("V4__pending.sql", "create table pending (id int);");
        expectRefusals(
                database,
                "version 1 (orders) (V1__orders.sql) was changed",
                "version 2 (note) was applied from V2__note.sql",
                "version 2.1 (late)",
                "version 3 (delivered) (V3__delivered.sql) was applied as 'sent'");
        assertThat(History.applied(database)).containsExactly("1", "2", "3");
    }

    /** By every command that compares. */
    private void expectRefusals(TestDatabase database, String... parts) {
        for (String command : new String[] {"migrate", "validate"}) {
            migrator(database).run(command).expectPlainAnswer(ExitCode.HISTORY_DIFFERS, database.password(), parts);
        }
        for (String command : new String[] {"plan", "preflight", "status"}) {
            migrator(database).run(command).expect(ExitCode.HISTORY_DIFFERS);
        }
    }

    private Migrator migrator(TestDatabase database) {
        return Migrator.of(database, scripts, folder);
    }
}
