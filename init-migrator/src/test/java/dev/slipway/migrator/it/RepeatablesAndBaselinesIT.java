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

/** Scripts outside the order of versions: R, applied again when they change, and B, which replace many versions. */
class RepeatablesAndBaselinesIT {
    @TempDir
    private Path folder;

    private Scripts scripts;

    @BeforeEach
    void writeTheTable() {
        scripts = Scripts.in(folder).with("V1__orders.sql", "create table orders (id int primary key);");
    }

    @PostgresTest(onOneMajor = true)
    void repeatablesRunAfterAllVersionsInTheOrderOfTheirNames(TestDatabase database) {
        scripts.with("R__b_second.sql", "create or replace view b_second as select * from a_first;")
                .with("R__a_first.sql", "create or replace view a_first as select note from orders;")
                .with("V2__note.sql", "alter table orders add column note text;");
        migrator(database).run().expect(ExitCode.OK);
        assertThat(History.applied(database)).containsExactly("1", "2", "a first", "b second");
    }

    @PostgresTest(onOneMajor = true)
    void aChangedRepeatableRunsAgainAndAnUnchangedOneDoesNot(TestDatabase database) {
        scripts.with("R__view.sql", "create or replace view totals as select id from orders;")
                .with("R__other.sql", "create or replace view other as select 1 one;");
        migrator(database).run().expect(ExitCode.OK);
        scripts.with("R__view.sql", "create or replace view totals as select id, 2 two from orders;");
        migrator(database).run().expect(ExitCode.OK);
        assertThat(migrator(database).run().expect(ExitCode.OK).message()).contains("up-to-date");
        assertThat(History.applied(database)).containsExactly("1", "other", "view", "view");
        assertThat(database.query("select count(*) from information_schema.columns where table_name = 'totals'"))
                .isEqualTo("2");
        assertThat(PlainFlyway.on(database, scripts).mistakes()).isEmpty();
    }

    @PostgresTest(onOneMajor = true)
    void aRepeatableRunsAgainWhenTheValueOfItsPlaceholderChanges(TestDatabase database) {
        scripts.with("R__view.sql", "create or replace view totals as select '${shop}'::text shop;");
        migrator(database).with(Setting.PLACEHOLDERS, "shop=north").run().expect(ExitCode.OK);
        migrator(database).with(Setting.PLACEHOLDERS, "shop=north").run().expect(ExitCode.OK);
        assertThat(History.applied(database)).containsExactly("1", "view");
        migrator(database).with(Setting.PLACEHOLDERS, "shop=south").run().expect(ExitCode.OK);
        assertThat(History.applied(database)).containsExactly("1", "view", "view");
        assertThat(database.query("select shop from totals")).isEqualTo("south");
    }

    @PostgresTest(onOneMajor = true)
    void aBaselineStandsForItsVersionsOnAnEmptyDatabase(TestDatabase database) {
        writeABaseline();
        Ended planned = migrator(database).run("plan").expect(ExitCode.OK);
        assertThat(planned.process().stdout())
                .anyMatch(line -> line.contains("B2__shop.sql"))
                .anyMatch(line -> line.contains("V3__sent.sql"))
                .noneMatch(line -> line.contains("V1__orders.sql") || line.contains("V2__note.sql"));
        migrator(database).run().expect(ExitCode.OK);
        assertThat(History.applied(database)).containsExactly("2", "3");
        assertThat(database.rows("select type from flyway_schema_history order by 1"))
                .isEqualTo(List.of("SQL", "SQL_BASELINE"));
        assertThat(migrator(database).run().expect(ExitCode.OK).message()).contains("up-to-date");
        assertThat(PlainFlyway.on(database, scripts).mistakes()).isEmpty();
        assertThat(PlainFlyway.on(database, scripts).migrate()).isZero();
    }

    @PostgresTest(onOneMajor = true)
    void aBaselineIsNoBusinessOfADatabaseWithAHistory(TestDatabase database) {
        migrator(database).run().expect(ExitCode.OK);
        writeABaseline();
        migrator(database).run().expect(ExitCode.OK);
        assertThat(History.applied(database)).containsExactly("1", "2", "3");
        assertThat(database.rows("select distinct type from flyway_schema_history"))
                .containsExactly("SQL");
        assertThat(migrator(database).run().expect(ExitCode.OK).message()).contains("up-to-date");
        assertThat(PlainFlyway.on(database, scripts).mistakes()).isEmpty();
    }

    @PostgresTest(onOneMajor = true)
    void theNewestOfSeveralBaselinesCounts(TestDatabase database) {
        writeABaseline();
        scripts.with("B3__shop.sql", "create table orders (id int primary key, note text, sent date);")
                .with("V4__paid.sql", "alter table orders add column paid date;");
        migrator(database).run().expect(ExitCode.OK);
        assertThat(History.applied(database)).containsExactly("3", "4");
        assertThat(PlainFlyway.on(database, scripts).mistakes()).isEmpty();
    }

    @PostgresTest(onOneMajor = true)
    void aBaselineDoesNotRunOnASchemaThatOthersFilled(TestDatabase database) {
        writeABaseline();
        database.execute("create table orders (id int)");
        migrator(database)
                .run()
                .expectPlainAnswer(
                        ExitCode.HISTORY_DIFFERS, database.password(), "has content (orders) but no history table");
    }

    private void writeABaseline() {
        scripts.with("V2__note.sql", "alter table orders add column note text;")
                .with("V3__sent.sql", "alter table orders add column sent date;")
                .with("B2__shop.sql", "create table orders (id int primary key, note text);");
    }

    private Migrator migrator(TestDatabase database) {
        return Migrator.of(database, scripts, folder);
    }
}
