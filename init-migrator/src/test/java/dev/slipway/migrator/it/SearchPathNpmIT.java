package dev.slipway.migrator.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.contract.ExitCode;
import dev.slipway.contract.Setting;
import dev.slipway.testkit.postgres.PostgresTest;
import dev.slipway.testkit.postgres.TestDatabase;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;

/** Drizzle only uses the session's schema: its scripts create objects where drizzle-orm would have created them. */
class SearchPathNpmIT {
    private static final String RELATIONS = "select relnamespace::regnamespace || '.' || relname from pg_class"
            + " where relkind = 'r' and relname not in ('slipway_run', 'slipway_snapshot', 'flyway_schema_history')"
            + " and relnamespace::regnamespace::text not in ('pg_catalog', 'information_schema') order by 1";

    @TempDir
    private Path folder;

    @PostgresTest(onOneMajor = true)
    void whatIsNamedWithoutASchemaLiesWhereDrizzlePutsIt(TestDatabase database) {
        NpmProject orm = NpmProject.drizzle0();
        sameAs(orm, database, "select 1", "app, public");
        sameAs(orm, database, "create schema shop", "shop");
        sameAs(orm, database, "create schema \"Shop\"", "\"Shop\", public");
        sameAs(orm, database, "create schema other", "nosuch, other, app");
        sameAs(orm, database, "create schema app_of_its_own", "\"$user\", public");
        sameAs(orm, database, "select 1", "public, app");
    }

    @PostgresTest(onOneMajor = true)
    void aSchemaThatIsGivenComesFirst(TestDatabase database) {
        database.execute("create schema shop; alter database " + database.name() + " set search_path = app, public");
        migrator(database).with(Setting.SCHEMA, "shop").run().expect(ExitCode.OK);
        assertThat(database.rows(RELATIONS)).contains("app.car", "shop.plain", "shop.later");
    }

    private void sameAs(NpmProject orm, TestDatabase database, String sql, String path) {
        TestDatabase drizzles = database.server().createDatabase();
        TestDatabase ours = database.server().createDatabase();
        try {
            for (TestDatabase each : List.of(drizzles, ours)) {
                each.execute(sql);
                each.execute("alter database " + each.name() + " set search_path = " + path);
            }
            orm.migrate(drizzles, folder());
            for (String command : new String[] {"preflight", "plan", "status", "validate", "migrate"}) {
                migrator(ours).run(command).expect(ExitCode.OK);
            }
            assertThat(ours.rows(RELATIONS)).as(path).isEqualTo(drizzles.rows(RELATIONS));
            assertThat(migrator(ours).run().expect(ExitCode.OK).message())
                    .as(path)
                    .contains("up-to-date");
            // Each finds the other's work.
            assertThat(migrator(drizzles).run().expect(ExitCode.OK).message())
                    .as(path)
                    .contains("up-to-date");
            orm.migrate(ours, folder());
            assertThat(ours.rows(RELATIONS)).as(path).isEqualTo(drizzles.rows(RELATIONS));
        } finally {
            database.server().dropDatabase(drizzles.name());
            database.server().dropDatabase(ours.name());
        }
    }

    private Migrator migrator(TestDatabase database) {
        return Migrator.of(database, new Scripts(folder()), folder);
    }

    /** The first file creates the schema, and the others may or may not name it. */
    private Path folder() {
        Path drizzle = Scripts.in(folder, "drizzle").folder();
        new Scripts(drizzle)
                .with(
                        "0000_first.sql",
                        "CREATE SCHEMA \"app\";--> statement-breakpoint\nCREATE TABLE \"first\" (\"i\" int);")
                .with(
                        "0001_second.sql",
                        "CREATE TABLE \"app\".\"car\" (\"i\" int);--> statement-breakpoint\nCREATE TABLE \"plain\" (\"i\" int);")
                .with("0002_third.sql", "CREATE TABLE \"later\" AS SELECT * FROM \"plain\";");
        Scripts.in(drizzle, "meta").with("_journal.json", """
                {"version": "7", "dialect": "postgresql", "entries": [
                  {"idx": 0, "version": "7", "when": 1726802192107, "tag": "0000_first", "breakpoints": true},
                  {"idx": 1, "version": "7", "when": 1726950666817, "tag": "0001_second", "breakpoints": true},
                  {"idx": 2, "version": "7", "when": 1726950777817, "tag": "0002_third", "breakpoints": true}]}""");
        return drizzle;
    }
}
