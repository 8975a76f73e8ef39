package dev.slipway.migrator.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.contract.ExitCode;
import dev.slipway.testkit.postgres.PostgresTest;
import dev.slipway.testkit.postgres.TestDatabase;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** {@code slipway lint --database}: what a database has applied is what is released. */
class LintDatabaseIT {
    @TempDir
    private Path folder;

    private Scripts scripts;

    @BeforeEach
    void writeTwo() {
        scripts = Scripts.in(folder)
                .with("V1__orders.sql", "create table orders (id int primary key, note text);")
                .with("V3__people.sql", "create table people (id int);");
    }

    @PostgresTest
    void onAnEmptyDatabaseNothingIsReleased(TestDatabase database) {
        scripts.with("V4__index.sql", "create index orders_note on orders (note);");

        Ended ended = lint(database).expect(ExitCode.OK);

        assertThat(ended.output()).contains("3 scripts").doesNotContain("create-index-not-concurrent");
        assertThat(database.query("select count(*) from pg_tables where schemaname = 'public'"))
                .as("a look leaves nothing")
                .isEqualTo("0");
    }

    @PostgresTest
    void whatIsAppliedIsNotJudgedAgainAndItsTablesCountAsFull(TestDatabase database) {
        migrator(database).run().expect(ExitCode.OK);
        assertThat(lint(database).expect(ExitCode.OK).output()).doesNotContain("V1__orders.sql", "V3__people.sql");

        scripts.with("V4__index.sql", "create index orders_note on orders (note);");

        assertThat(lint(database).expect(ExitCode.HISTORY_DIFFERS).output())
                .contains("V4__index.sql:1:1: error", "public.orders", "[create-index-not-concurrent]");
    }

    @PostgresTest(onOneMajor = true)
    void aVersionBelowTheNewestAppliedOneIsLate(TestDatabase database) {
        migrator(database).run().expect(ExitCode.OK);
        scripts.with("V2__late.sql", "create table late (id int);");

        assertThat(lint(database).expect(ExitCode.HISTORY_DIFFERS).output())
                .contains("[late-version]", "V2__late.sql")
                .doesNotContain(database.password());
        assertThat(migrator(database)
                        .run("lint", "--database", "--out-of-order", "allow")
                        .expect(ExitCode.OK)
                        .output())
                .doesNotContain("late-version");
    }

    @PostgresTest(onOneMajor = true)
    void whatWasChangedRenamedOrDeletedAfterItsReleaseIsFound(TestDatabase database) {
        migrator(database).run().expect(ExitCode.OK);
        scripts.with("V1__orders.sql", "create table orders (id bigint primary key);");
        assertThat(lint(database).expect(ExitCode.HISTORY_DIFFERS).output()).contains("changed-after-release");

        scripts.without("V1__orders.sql");
        assertThat(lint(database).expect(ExitCode.HISTORY_DIFFERS).output()).contains("deleted-after-release");

        scripts.with("V1__all_orders.sql", "create table orders (id int primary key, note text);");
        assertThat(lint(database).expect(ExitCode.HISTORY_DIFFERS).output()).contains("renamed-after-release");
    }

    /** The rows that count are those that migrate would count, so that lint says nothing else than migrate. */
    @PostgresTest(onOneMajor = true)
    void aFailedRowIsNoRelease(TestDatabase database) {
        migrator(database).run().expect(ExitCode.OK);
        scripts.with(
                        "V4__half.sql",
                        "create index concurrently orders_note on orders (note);\nselect nothing from nowhere;")
                .with("V4__half.sql.conf", "executeInTransaction=false");
        migrator(database).run().expect(ExitCode.MIGRATION_FAILED);

        Ended ended = lint(database);

        assertThat(ended.output() + ended.message()).contains("V4__half.sql");
    }

    @PostgresTest(onOneMajor = true)
    void aDatabaseThatCannotBeAskedIsNoVerdict(TestDatabase database) {
        Ended ended = migrator(database).withEnv("PGPORT", "1").run("lint", "--database", "--connect-timeout", "1s");

        ended.expect(ExitCode.DATABASE_UNREACHABLE);
        assertThat(ended.output()).doesNotContain("0 findings");
    }

    private Ended lint(TestDatabase database) {
        return migrator(database).run("lint", "--database");
    }

    private Migrator migrator(TestDatabase database) {
        return Migrator.of(database, scripts, folder);
    }
}
