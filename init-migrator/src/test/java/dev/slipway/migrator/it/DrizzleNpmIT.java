package dev.slipway.migrator.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.contract.ExitCode;
import dev.slipway.contract.Setting;
import dev.slipway.testkit.files.Folders;
import dev.slipway.testkit.postgres.PostgresTest;
import dev.slipway.testkit.postgres.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;

/** Drizzle's own packages and the migrator take turns on one database: neither repeats or misses what the other did. */
class DrizzleNpmIT {
    private static final String TABLE = "drizzle.__drizzle_migrations";

    @TempDir
    private static Path once;

    @TempDir
    private Path temporary;

    @PostgresTest(onOneMajor = true)
    void aProjectAdoptedHalfWayGoesOnByUsThenByDrizzleThenByUs(TestDatabase database) {
        NpmProject orm = NpmProject.drizzle0();
        orm.migrate(database, folder(2));
        assertThat(recorded(database)).isEqualTo(2);

        Ended ours = migrate(database, folder(4));
        assertThat(ours.lines("took over what Drizzle applied"))
                .singleElement()
                .asString()
                .contains("0000_orders.sql", "0001_sample_rows.sql");
        assertThat(ours.message()).contains("applied 2 migrations");
        assertThat(recorded(database)).isEqualTo(4);
        assertThat(database.query("select greeting('you')")).isEqualTo("hello ${name}, you");
        assertThat(History.invalidIndexes(database)).isEmpty();

        orm.migrate(database, folder(4));
        assertThat(recorded(database))
                .as("rows after Drizzle found nothing to do")
                .isEqualTo(4);
        orm.migrate(database, folder(5));
        assertThat(recorded(database)).isEqualTo(5);

        Ended again = migrate(database, folder(6));
        assertThat(again.lines("took over what Drizzle applied"))
                .singleElement()
                .asString()
                .contains("0004_tax.sql");
        assertThat(again.message()).contains("applied 1 migration;");
        orm.migrate(database, folder(6));
        assertInStep(database, 6);
    }

    @PostgresTest(onOneMajor = true)
    void drizzleFindsNothingToDoOnADatabaseThatOnlyWeMigrated(TestDatabase database) {
        migrate(database, folder(6));
        NpmProject.drizzle0().migrate(database, folder(6));
        assertInStep(database, 6);
    }

    @PostgresTest(onOneMajor = true)
    void aTableOfAnotherNameIsKeptInStepToo(TestDatabase database) {
        NpmProject orm = NpmProject.drizzle0();
        orm.migrate(database, folder(2), "shop.migrations");
        Migrator migrator = migrator(database, folder(6)).with(Setting.DRIZZLE_TABLE, "shop.migrations");
        migrator.run().expect(ExitCode.OK);
        orm.migrate(database, folder(6), "shop.migrations");
        assertThat(database.query("select count(*) from shop.migrations")).isEqualTo("6");
        assertThat(database.query("select count(*) from orders")).isEqualTo("1000");
        assertThat(database.query("select to_regclass('" + TABLE + "')")).isEqualTo("null");
    }

    @PostgresTest(onOneMajor = true)
    void aProjectOfDrizzleOneIsAdoptedHalfWay(TestDatabase database) throws IOException {
        NpmProject drizzle = NpmProject.drizzle1();
        Path all = upgraded(drizzle);
        drizzle.migrate(database, firstOf(all, 2));
        Ended ours = migrate(database, firstOf(all, 4));
        assertThat(ours.message()).contains("applied 2 migrations");
        drizzle.migrate(database, firstOf(all, 4));
        assertThat(recorded(database)).isEqualTo(4);
        drizzle.migrate(database, firstOf(all, 5));
        assertThat(migrate(database, all).message()).contains("applied 1 migration;");
        drizzle.migrate(database, all);
        assertInStep(database, 6);
        assertThat(database.rows("select name from " + TABLE + " order by id")).isEqualTo(names(all));
    }

    /** A folder of the new kind on a table of the old kind. */
    @PostgresTest(onOneMajor = true)
    void anUpgradedFolderFindsTheTableThatIsNotUpgradedYet(TestDatabase database) throws IOException {
        NpmProject.drizzle0().migrate(database, folder(2));
        NpmProject drizzle = NpmProject.drizzle1();
        Path all = upgraded(drizzle);
        assertThat(migrate(database, all).message()).contains("applied 4 migrations");
        assertThat(columns(database)).doesNotContain("name");

        drizzle.migrate(database, all);
        assertThat(columns(database)).contains("name");
        assertThat(database.rows("select name from " + TABLE + " order by id")).isEqualTo(names(all));
        assertInStep(database, 6);
    }

    /** A folder of the old kind on a table of the new kind. */
    @PostgresTest(onOneMajor = true)
    void anOlderImageFindsTheTableThatIsUpgradedAlready(TestDatabase database) throws IOException {
        NpmProject drizzle = NpmProject.drizzle1();
        Path all = upgraded(drizzle);
        drizzle.migrate(database, firstOf(all, 2));
        assertThat(migrate(database, folder(6)).message()).contains("applied 4 migrations");
        drizzle.migrate(database, all);
        assertThat(database.rows("select name from " + TABLE + " order by id")).isEqualTo(names(all));
        assertInStep(database, 6);
    }

    /** Some betas of Drizzle 1.0 left rows without a name, and ran their migrations again. */
    @PostgresTest(onOneMajor = true)
    void rowsWithoutTheNameThatDrizzleOneLooksForGetIt(TestDatabase database) throws IOException {
        NpmProject drizzle = NpmProject.drizzle1();
        Path all = upgraded(drizzle);
        drizzle.migrate(database, firstOf(all, 2));
        database.execute("update " + TABLE + " set name = null");
        migrate(database, all);
        drizzle.migrate(database, all);
        assertThat(database.rows("select name from " + TABLE + " order by id")).isEqualTo(names(all));
        assertInStep(database, 6);
    }

    @PostgresTest(onOneMajor = true)
    void ourHistorySurvivesTheUpgradeOfTheFolder(TestDatabase database) throws IOException {
        migrate(database, folder(6));
        NpmProject drizzle = NpmProject.drizzle1();
        Path all = upgraded(drizzle);
        assertThat(migrate(database, all).message()).contains("\"outcome\":\"up-to-date\"");
        drizzle.kit(
                Objects.requireNonNull(all.getParent()),
                "generate",
                "--custom",
                "--name=more",
                "--dialect=postgresql",
                "--out=./" + all.getFileName(),
                schema(all));
        Path custom = newest(all);
        Files.writeString(custom.resolve("migration.sql"), "create table more (id int);\n");
        assertThat(migrate(database, all).message()).contains("applied 1 migration;");
        drizzle.migrate(database, all);
        assertInStep(database, 7);
    }

    /** Drizzle 1.0 applies migrations that a merge brought in late; so do we. */
    @PostgresTest(onOneMajor = true)
    void aLateFolderOfDrizzleOneIsApplied(TestDatabase database) throws IOException {
        NpmProject drizzle = NpmProject.drizzle1();
        Path all = upgraded(drizzle);
        migrate(database, all);
        Path late = Files.createDirectories(all.resolve("20260101120000_late"));
        Files.writeString(late.resolve("migration.sql"), "create table late (id int);\n");
        assertThat(migrate(database, all).message()).contains("applied 1 migration;");
        drizzle.migrate(database, all);
        assertInStep(database, 7);
        // An image without it still starts: its database is ahead.
        migrate(database, firstOf(upgraded(drizzle), 6));
    }

    @PostgresTest(onOneMajor = true)
    void aCommitInAFileEndsTheSameWithDrizzleAndWithUs(TestDatabase database) throws IOException {
        String sql = """
                BEGIN;--> statement-breakpoint
                create type state as enum ('new');--> statement-breakpoint
                COMMIT;--> statement-breakpoint
                alter type state add value 'sent';--> statement-breakpoint
                create table states as select 'sent'::state s;--> statement-breakpoint
                create index concurrently orders_more on orders (note, id);--> statement-breakpoint
                BEGIN;--> statement-breakpoint
                insert into states values ('new');""";
        Path folder =
                DrizzleFolder.of(temporary, 2).with("0001_sample_rows.sql", sql).folder();
        NpmProject orm = NpmProject.drizzle0();
        orm.migrate(database, folder);
        String schema = SchemaDump.of(database);
        assertThat(migrate(database, folder).lines("took over what Drizzle applied"))
                .hasSize(1);
        assertThat(database.rows("select s from states order by s")).containsExactly("new", "sent");
        FreshSchema.in(database);
        database.execute("drop schema drizzle cascade");

        migrate(database, folder);
        assertThat(SchemaDump.of(database)).isEqualTo(schema);
        assertThat(database.rows("select s from states order by s")).containsExactly("new", "sent");
        orm.migrate(database, folder);
        assertThat(recorded(database)).isEqualTo(2);
        assertThat(History.applied(database)).hasSize(2);
    }

    @PostgresTest(onOneMajor = true)
    void whatWeUndidDrizzleAppliesAgain(TestDatabase database) throws IOException {
        undoneByUsAppliedByDrizzle(database, NpmProject.drizzle0(), folder(6));
    }

    @PostgresTest(onOneMajor = true)
    void whatWeUndidDrizzleOneAppliesAgain(TestDatabase database) throws IOException {
        NpmProject drizzle = NpmProject.drizzle1();
        undoneByUsAppliedByDrizzle(database, drizzle, upgraded(drizzle));
    }

    private void undoneByUsAppliedByDrizzle(TestDatabase database, NpmProject drizzle, Path all) throws IOException {
        Path undo = Files.createDirectories(all.resolve("undo"));
        Files.writeString(
                undo.resolve("U" + DrizzleFolder.version(5) + "__total.sql"), "alter table lines drop column total;");
        migrate(database, all);
        String before = DrizzleFolder.version(4);
        migrator(database, all)
                .run("rollback", "--to", before, "--confirm", database.name() + "@" + before, "--no-delay")
                .expect(ExitCode.OK);
        assertInStep(database, 5);

        drizzle.migrate(database, all);
        assertThat(recorded(database)).isEqualTo(6);
        assertThat(migrate(database, all).lines("took over what Drizzle applied"))
                .hasSize(1);
        assertInStep(database, 6);
    }

    private Path folder(int count) {
        return DrizzleFolder.of(temporary, count).folder();
    }

    /** All of them as drizzle-kit's own upgrade makes folders of them; a copy for each test. */
    private Path upgraded(NpmProject drizzle) throws IOException {
        Path folder = DrizzleFolder.of(once, DrizzleFolder.ALL).folder();
        if (Files.exists(folder.resolve("meta"))) {
            drizzle.kit(once, "up", "--dialect=postgresql", "--out=./" + folder.getFileName());
            assertThat(folder.resolve("meta")).doesNotExist();
        }
        Path copy = Files.createTempDirectory(temporary, "upgraded").resolve("drizzle");
        Folders.copy(folder, copy);
        return copy;
    }

    private static String schema(Path folder) throws IOException {
        Files.writeString(folder.resolveSibling("schema.ts"), "export {};\n");
        return "--schema=./schema.ts";
    }

    private static Path firstOf(Path all, int count) throws IOException {
        Path some = Files.createTempDirectory(all.getParent(), "first");
        for (String name : names(all).subList(0, count)) {
            Folders.copy(all.resolve(name), some.resolve(name));
        }
        return some;
    }

    private static Path newest(Path all) throws IOException {
        List<String> names = names(all);
        return all.resolve(names.get(names.size() - 1));
    }

    private static List<String> names(Path folder) throws IOException {
        try (Stream<Path> children = Files.list(folder)) {
            return children.map(child -> child.getFileName().toString())
                    .sorted()
                    .toList();
        }
    }

    private Ended migrate(TestDatabase database, Path folder) {
        return migrator(database, folder).run().expect(ExitCode.OK);
    }

    private Migrator migrator(TestDatabase database, Path folder) {
        return Migrator.of(database, new Scripts(folder), temporary);
    }

    private static int recorded(TestDatabase database) {
        return Integer.parseInt(database.query("select count(*) from " + TABLE));
    }

    private static List<String> columns(TestDatabase database) {
        return database.rows("select attname from pg_attribute where attrelid = '" + TABLE
                + "'::regclass and attnum > 0 and not attisdropped");
    }

    /** Both histories name each migration once, and the sample's rows are there once. */
    private static void assertInStep(TestDatabase database, int count) {
        assertThat(recorded(database)).isEqualTo(count);
        assertThat(database.query("select count(distinct created_at) from " + TABLE))
                .isEqualTo("" + count);
        assertThat(History.applied(database)).hasSize(count).doesNotHaveDuplicates();
        assertThat(database.query("select count(*) from orders")).isEqualTo("1000");
        assertThat(History.invalidIndexes(database)).isEmpty();
    }
}
