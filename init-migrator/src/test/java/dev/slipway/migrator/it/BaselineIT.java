package dev.slipway.migrator.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.contract.ExitCode;
import dev.slipway.contract.Setting;
import dev.slipway.testkit.postgres.PostgresTest;
import dev.slipway.testkit.postgres.TestDatabase;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A schema that was there before its history: adopted if the settings say so, and never by accident. */
class BaselineIT {
    private static final String EXISTING = "create table orders (id int primary key); insert into orders values (1)";

    @TempDir
    private Path folder;

    private Scripts scripts;

    @BeforeEach
    void writeScripts() {
        scripts = Scripts.in(folder)
                .with("V1__orders.sql", "create table orders (id int primary key);")
                .with("V2__note.sql", "alter table orders add column note text;");
    }

    @PostgresTest(onOneMajor = true)
    void aSchemaWithContentAndWithoutHistoryIsRefused(TestDatabase database) {
        database.execute(EXISTING);
        migrator(database)
                .run()
                .expectPlainAnswer(
                        ExitCode.HISTORY_DIFFERS,
                        database.password(),
                        "schema 'public' has content (orders) but no history table",
                        "baseline-version");
        assertThat(tables(database)).isEqualTo("1");
    }

    @PostgresTest
    void whatIsAboveTheBaselineRunsAndTheRestDoesNot(TestDatabase database) {
        database.execute(EXISTING);
        baseline(database, "1").expect(ExitCode.OK);
        assertThat(database.rows("select version, type, success from flyway_schema_history"))
                .containsExactly("1|BASELINE|t");
        assertThat(migrator(database).run("status").expect(ExitCode.OK).output())
                .contains("1 applied, 1 pending");
        migrator(database).run().expect(ExitCode.OK);
        assertThat(History.applied(database)).containsExactly("1", "2");
        assertThat(database.rows("select id, note from orders")).containsExactly("1|null");
    }

    @PostgresTest(onOneMajor = true)
    void twiceIsAsGoodAsOnceAndAnotherVersionIsRefused(TestDatabase database) {
        database.execute(EXISTING);
        baseline(database, "1").expect(ExitCode.OK);
        assertThat(baseline(database, "1").expect(ExitCode.OK).message()).contains("was adopted as version 1 already");
        baseline(database, "2").expectPlainAnswer(ExitCode.HISTORY_DIFFERS, database.password(), "has 1 rows already");
        assertThat(History.applied(database)).containsExactly("1");
    }

    @PostgresTest(onOneMajor = true)
    void aHistoryOfItsOwnIsNeverReplaced(TestDatabase database) {
        migrator(database).run().expect(ExitCode.OK);
        baseline(database, "2").expect(ExitCode.HISTORY_DIFFERS);
        migrator(database).with(Setting.BASELINE_VERSION, "7").run().expect(ExitCode.OK);
        assertThat(database.rows("select version, type from flyway_schema_history order by installed_rank"))
                .containsExactly("1|SQL", "2|SQL");
    }

    @PostgresTest(onOneMajor = true)
    void withoutAVersionItSaysWhatIsMissing(TestDatabase database) {
        migrator(database)
                .run("baseline")
                .expectPlainAnswer(ExitCode.USAGE, database.password(), "baseline needs --baseline-version");
    }

    @PostgresTest(onOneMajor = true)
    void anEmptyDatabaseRunsEverythingWhateverTheSettingSays(TestDatabase database) {
        migrator(database).with(Setting.BASELINE_VERSION, "1").run().expect(ExitCode.OK);
        assertThat(database.rows("select version, type from flyway_schema_history order by installed_rank"))
                .containsExactly("1|SQL", "2|SQL");
    }

    @PostgresTest(onOneMajor = true)
    void preflightAndPlanCountAsPendingWhatMigrateWillRun(TestDatabase database) {
        database.execute(EXISTING);
        Migrator migrator = migrator(database).with(Setting.BASELINE_VERSION, "1");
        assertThat(migrator.run("preflight").expect(ExitCode.OK).output())
                .contains("will be adopted as version 1", "0 applied, 1 pending: V2__note.sql");
        assertThat(migrator.run("plan").expect(ExitCode.OK).message()).contains("1 script is pending");
        assertThat(tables(database)).isEqualTo("1");
        migrator.run().expect(ExitCode.OK);
        assertThat(database.rows("select version, type from flyway_schema_history order by installed_rank"))
                .containsExactly("1|BASELINE", "2|SQL");
        assertThat(migrator.runByHand("preflight").expect(ExitCode.OK).output()).contains("1 applied, none pending");
    }

    @PostgresTest(onOneMajor = true)
    void aSchemaThatIsAdoptedAtItsNewestVersionStillGetsItsHistory(TestDatabase database) {
        database.execute(EXISTING);
        Migrator migrator = migrator(database).with(Setting.BASELINE_VERSION, "2");
        assertThat(migrator.run("preflight").expect(ExitCode.OK).output()).contains("0 applied, none pending");
        assertThat(migrator.run("plan").expect(ExitCode.OK).message()).contains("nothing is pending");
        migrator.run().expect(ExitCode.OK);
        assertThat(database.rows("select version, type from flyway_schema_history"))
                .containsExactly("2|BASELINE");
    }

    @PostgresTest(onOneMajor = true)
    void anEmptyDatabaseIsNotAdoptedAlsoNotInTheForecast(TestDatabase database) {
        Migrator migrator = migrator(database).with(Setting.BASELINE_VERSION, "1");
        assertThat(migrator.run("preflight").expect(ExitCode.OK).output()).contains("0 applied, 2 pending");
        assertThat(migrator.run("plan").expect(ExitCode.OK).message()).contains("2 scripts are pending");
    }

    @PostgresTest(onOneMajor = true)
    void sixReplicasWithTheSettingAdoptOnce(TestDatabase database) {
        database.execute(EXISTING);
        try (var replicas = new Replicas(migrator(database).with(Setting.BASELINE_VERSION, "1"))) {
            replicas.start(6);
            replicas.awaitAll();
        }
        assertThat(database.rows("select version, type from flyway_schema_history order by installed_rank"))
                .containsExactly("1|BASELINE", "2|SQL");
    }

    private Ended baseline(TestDatabase database, String version) {
        return migrator(database).with(Setting.BASELINE_VERSION, version).run("baseline");
    }

    private Migrator migrator(TestDatabase database) {
        return Migrator.of(database, scripts, folder);
    }

    private static String tables(TestDatabase database) {
        return database.query("select count(*) from pg_tables where schemaname = 'public'");
    }
}
