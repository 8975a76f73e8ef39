package dev.slipway.migrator.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.testkit.postgres.PostgresTest;
import dev.slipway.testkit.postgres.TestDatabase;
import dev.slipway.testkit.process.Prerequisite;
import dev.slipway.testkit.process.ProcessResult;
import dev.slipway.testkit.process.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;

/**
 * The commands of docs/migrate-from.md as written there, on databases and folders as the other tools leave them: two
 * migrations applied, a third one waiting.
 */
class ComingFromIT {
    private static final Path PSQL = Path.of("/usr/bin/psql");
    private static final List<String> STEPS = List.of(
            "create table people (id serial primary key, name text not null);\n",
            "create index concurrently people_name on people (name);\n",
            "alter table people add column email text default '${none}';\n");
    private static final List<String> UNDO =
            List.of("drop table people;\n", "drop index people_name;\n", "alter table people drop column email;\n");

    @TempDir
    private Path folder;

    @PostgresTest(onOneMajor = true)
    void prismaFoldersAreReadAsTheyAre(TestDatabase database) throws IOException {
        for (int step = 0; step < 3; step++) {
            write("prisma/migrations/2025010100000" + step + "_step_" + step + "/migration.sql", STEPS.get(step));
        }
        write("prisma/migrations/migration_lock.toml", "provider = \"postgresql\"\n");
        applied(database, """
                create table _prisma_migrations (id varchar(36) primary key, checksum varchar(64) not null,
                  finished_at timestamptz, migration_name varchar(255) not null, logs text, rolled_back_at timestamptz,
                  started_at timestamptz not null default now(), applied_steps_count integer not null default 0);
                insert into _prisma_migrations (id, checksum, migration_name, finished_at, rolled_back_at) values
                  ('a', '', '20250101000000_step_0', now(), null), ('b', '', '20250101000001_step_1', now(), null),
                  ('c', '', '20250101000002_step_2', null, now())""");

        run(database, "Prisma");

        assertThat(versions(database)).containsExactly("20250101000001", "20250101000002");
        assertThat(theDefaultOfEmail(database)).contains("${none}");
    }

    @PostgresTest(onOneMajor = true)
    void golangMigrateIsRenamed(TestDatabase database) throws IOException {
        for (int step = 0; step < 3; step++) {
            write("old/00000" + (step + 1) + "_step_x.up.sql", withoutPlaceholder(step));
            write("old/00000" + (step + 1) + "_step_x.down.sql", UNDO.get(step));
        }
        applied(database, """
                create table schema_migrations (version bigint primary key, dirty boolean not null);
                insert into schema_migrations values (2, false)""");

        run(database, "golang-migrate");

        assertThat(versions(database)).containsExactly("2", "000003");
        assertThat(folder.resolve("migrations/undo/U000003__step_x.sql")).hasContent(UNDO.get(2));
        assertAnEmptyDatabaseGetsAll(database);
    }

    @PostgresTest(onOneMajor = true)
    void dbmateIsSplit(TestDatabase database) throws IOException {
        for (int step = 0; step < 3; step++) {
            write(
                    "db/migrations/2025010100000" + step + "_step_x.sql",
                    "-- migrate:up transaction:false\n" + withoutPlaceholder(step) + "\n-- migrate:down\n"
                            + UNDO.get(step));
        }
        applied(database, """
                create table schema_migrations (version varchar(128) primary key);
                insert into schema_migrations values ('20250101000000'), ('20250101000001')""");

        run(database, "dbmate");

        assertThat(versions(database)).containsExactly("20250101000001", "20250101000002");
        assertThat(folder.resolve("migrations/undo/U20250101000002__step_x.sql"))
                .hasContent(UNDO.get(2));
        assertAnEmptyDatabaseGetsAll(database);
    }

    @PostgresTest(onOneMajor = true)
    void atlasIsRenamed(TestDatabase database) throws IOException {
        for (int step = 0; step < 3; step++) {
            write("old/2025010100000" + step + "_step_x.sql", withoutPlaceholder(step));
        }
        write("old/atlas.sum", "h1:sum\n");
        applied(database, """
                create schema atlas_schema_revisions;
                create table atlas_schema_revisions.atlas_schema_revisions (version varchar primary key,
                  description varchar not null, type bigint not null default 2, applied bigint not null default 0,
                  total bigint not null default 0);
                insert into atlas_schema_revisions.atlas_schema_revisions (version, description, applied, total) values
                  ('.atlas_cloud_identifier', '', 0, 0), ('20250101000000', 'step_x', 1, 1),
                  ('20250101000001', 'step_x', 1, 1)""");

        run(database, "Atlas");

        assertThat(versions(database)).containsExactly("20250101000001", "20250101000002");
        assertAnEmptyDatabaseGetsAll(database);
    }

    /** A concurrent index cannot be part of the block of statements that prepares the test. */
    private static void applied(TestDatabase database, String history) {
        database.execute(STEPS.get(0));
        database.execute(STEPS.get(1).replace(" concurrently", ""));
        database.execute(history);
    }

    private static String withoutPlaceholder(int step) {
        return STEPS.get(step).replace("${none}", "");
    }

    private void run(TestDatabase database, String section) throws IOException {
        if (!Files.isExecutable(PSQL)) {
            throw Prerequisite.missing("psql is missing; install it with: apt-get install postgresql-client");
        }
        shell(database, commands(section));
    }

    /** The first block of commands under a heading. */
    private static String commands(String section) throws IOException {
        String page = Files.readString(Program.inSourceTree("docs/migrate-from.md"));
        int heading = page.indexOf("\n## " + section + "\n");
        int block = page.indexOf("```sh\n", heading) + "```sh\n".length();
        assertThat(heading).as("the section '%s'", section).isPositive();
        return page.substring(block, page.indexOf("```", block));
    }

    private void shell(TestDatabase database, String commands) throws IOException {
        String slipway = "slipway() { '" + Program.migrator() + "' \"$@\"; }\n";
        Program shell = Program.of("sh", "-eu", "-c", slipway + commands)
                .inFolder(folder)
                .withEnv("DATABASE_URL", database.url())
                .withEnv(
                        "SLIPWAY_TERMINATION_LOG", folder.resolve("termination").toString());
        try (var running = shell.start()) {
            ProcessResult result = running.awaitExit(Migrator.DEADLINE);
            assertThat(result.exitCode()).as(result.toString()).isZero();
        }
    }

    /** The new names are those of all migrations, so that a database yet to come is built by Slipway alone. */
    private void assertAnEmptyDatabaseGetsAll(TestDatabase database) throws IOException {
        database.execute("""
                do $$ declare leftover regclass; begin
                  for leftover in select oid from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r' loop
                    execute format('drop table %s cascade', leftover);
                  end loop;
                end $$""");
        shell(database, "slipway migrate --migrations migrations");
        assertThat(versions(database)).hasSize(3);
        assertThat(History.invalidIndexes(database)).isEmpty();
        assertThat(theDefaultOfEmail(database)).isNotBlank();
    }

    private static List<String> versions(TestDatabase database) {
        return database.rows("select version from flyway_schema_history order by installed_rank");
    }

    private static String theDefaultOfEmail(TestDatabase database) {
        return database.query("select column_default from information_schema.columns"
                + " where table_schema = 'public' and table_name = 'people' and column_name = 'email'");
    }

    private void write(String path, String text) throws IOException {
        Path file = folder.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }
}
