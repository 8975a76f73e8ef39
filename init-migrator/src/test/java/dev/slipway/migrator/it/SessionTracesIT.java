package dev.slipway.migrator.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.contract.ExitCode;
import dev.slipway.contract.Setting;
import dev.slipway.testkit.postgres.PostgresTest;
import dev.slipway.testkit.postgres.TestDatabase;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** What a script leaves in the session is reported, and the next script does not find it. */
class SessionTracesIT {
    private static final String LEFT = "left something behind in the session";

    private static final String NOTE_THE_SESSION = """
            create table found as select
              current_setting('work_mem') as work_mem, current_setting('lock_timeout') as lock_timeout,
              current_setting('statement_timeout') as statement_timeout, current_setting('search_path') as search_path,
              current_setting('application_name') as application_name,
              current_setting('client_connection_check_interval') as check_interval,
              current_user::text as role,
              (select count(*) from pg_locks where locktype = 'advisory' and pid = pg_backend_pid()) as advisory_locks,
              to_regclass('pg_temp.scratch') is null as no_temporary_table,
              (select count(*) from pg_prepared_statements) as prepared,
              (select count(*) from pg_cursors) as cursors,
              (select count(*) from pg_listening_channels()) as channels;
            """;

    @TempDir
    private Path folder;

    private Scripts scripts;

    @BeforeEach
    void writeTheLastScript() {
        scripts = Scripts.in(folder).with("V9__note.sql", NOTE_THE_SESSION);
    }

    @PostgresTest
    void settingsOfAScriptEndWithIt(TestDatabase database) {
        scripts.with("V1__settings.sql", """
                        SET lock_timeout = '99s';
                        set statement_timeout to '98s'; set work_mem = '7MB'; set search_path = 'pg_catalog';
                        set application_name = 'somebody else';
                        set client_connection_check_interval = 0;
                        """).with("V2__in_a_function.sql", """
                        create function leak() returns void language plpgsql as $$
                        begin execute 'set work_mem = ''9MB'''; end $$;
                        select leak();
                        """);
        Ended ended = migrator(database).run().expect(ExitCode.OK);
        assertThat(ended.lines(LEFT).get(0)).contains("V1__settings.sql", "work_mem = 7168", "lock_timeout = 99000");
        assertFound(database);
    }

    /** Flyway leaves such a path as it finds it, and a script of another kind follows. */
    @PostgresTest
    void aPathThatIsFlywaysAlreadyDoesNotKeepTheOneOfAScript(TestDatabase database) {
        database.execute("alter database \"" + database.name() + "\" set search_path = public");
        scripts.with(
                        "V1__elsewhere.sql",
                        "create schema elsewhere; create table t (id int); set search_path = elsewhere;")
                .with("V2__index.sql", "create index concurrently t_id on t (id);");
        migrator(database).run().expect(ExitCode.OK);
        assertThat(database.query("select to_regclass('public.t_id') is not null"))
                .isEqualTo("t");
        assertFound(database);
    }

    /** With and without callbacks: those may set something for all scripts, so nothing is reset between scripts. */
    @PostgresTest
    void eachScriptStartsInTheSchemaThatIsMigratedWhateverPathTheOneBeforeHasSet(TestDatabase database) {
        scripts.without("V9__note.sql")
                .with("V1__elsewhere.sql", "create schema elsewhere; set search_path = elsewhere;")
                .with("V2__table.sql", "create table t (id int); set search_path = elsewhere;")
                .with("V3__index.sql", "create index concurrently t_id on t (id);");
        for (String schema : new String[] {"plain", "called"}) {
            if (schema.equals("called")) {
                scripts.with("V1__elsewhere.sql", "set search_path = elsewhere;")
                        .with("beforeMigrate.sql", "set work_mem = '8MB';");
            }
            migrator(database)
                    .with(Setting.SCHEMA, schema)
                    .with(Setting.CREATE_SCHEMA, "true")
                    .run()
                    .expect(ExitCode.OK);
            assertThat(database.rows("select schemaname || '.' || indexname from pg_indexes where indexname = 't_id'"
                            + " and schemaname = '" + schema + "'"))
                    .containsExactly(schema + ".t_id");
        }
    }

    /** An owner that may not write into the table of attempts. */
    @PostgresTest
    void aScriptOutsideATransactionMayChangeItsRole(TestDatabase database) {
        String owner = "owner_of_" + database.name();
        database.server().execute("create role " + owner);
        try {
            database.server().execute("grant " + owner + " to app");
            database.execute("create schema theirs");
            database.execute("create table theirs.t (id int)");
            database.execute("grant usage, create on schema theirs to " + owner);
            database.execute("alter table theirs.t owner to " + owner);
            scripts.with(
                    "V1__index.sql",
                    "set role " + owner + ";\ncreate index concurrently t_id on theirs.t (id);\n"
                            + "create index concurrently on theirs.t (id);");
            migrator(database).run().expect(ExitCode.OK);
            assertFound(database);
            assertThat(database.rows("select 1 from pg_index where indrelid = 'theirs.t'::regclass and indisvalid"))
                    .hasSize(2);
        } finally {
            database.execute("drop schema theirs cascade");
            database.server().execute("drop role " + owner);
        }
    }

    @PostgresTest
    void locksTablesStatementsCursorsAndChannelsEndWithTheirScript(TestDatabase database) {
        scripts.with("V1__all.sql", """
                create temporary table scratch (id int);
                select pg_advisory_lock(7), pg_advisory_lock(7), pg_advisory_lock(-1, -2), pg_advisory_lock_shared(8);
                prepare one as select 1;
                declare held cursor with hold for select 1;
                listen news;
                """);
        Ended ended = migrator(database).run().expect(ExitCode.OK);
        assertThat(ended.lines(LEFT)).hasSize(1);
        assertThat(ended.lines(LEFT).get(0))
                .contains(
                        "V1__all.sql",
                        "advisory lock 7",
                        "advisory lock 8",
                        "advisory lock -1, -2",
                        "temporary table scratch",
                        "prepared statement one",
                        "cursor held",
                        "LISTEN news");
        assertFound(database);
    }

    @PostgresTest(onOneMajor = true)
    void whatTheLastScriptLeavesIsNamedToo(TestDatabase database) {
        scripts.with("V10__last.sql", "select pg_advisory_lock(10);");
        Ended ended = migrator(database).run().expect(ExitCode.OK);
        assertThat(ended.lines(LEFT)).hasSize(1);
        assertThat(ended.lines(LEFT).get(0)).contains("V10__last.sql", "advisory lock 10");
    }

    @PostgresTest
    void aRoleEndsWithItsScript(TestDatabase database) {
        database.server().execute("create role owner_of_" + database.name());
        try {
            database.server().execute("grant owner_of_" + database.name() + " to app");
            scripts.with("V1__role.sql", "set role owner_of_" + database.name() + ";");
            Ended ended = migrator(database).run().expect(ExitCode.OK);
            assertThat(ended.lines(LEFT).get(0)).contains("role owner_of_" + database.name());
            assertFound(database);
        } finally {
            database.server().execute("drop role owner_of_" + database.name());
        }
    }

    @PostgresTest(onOneMajor = true)
    void aRoleThatAFunctionHasSetUnseenDoesNotOwnWhatTheNextScriptMakes(TestDatabase database) {
        String other = "other_of_" + database.name();
        database.server().execute("create role " + other);
        try {
            database.server().execute("grant " + other + " to app");
            scripts.with("V1__function.sql", """
                            create function become() returns void language plpgsql as $$
                            begin execute 'set role %s'; end $$;
                            """.formatted(other))
                    .with("V2__become.sql", "select become();")
                    .with("V3__mine.sql", "create table mine ();");
            migrator(database).run().expect(ExitCode.OK);
            assertThat(database.query("select tableowner from pg_tables where tablename = 'mine'"))
                    .isEqualTo("app");
        } finally {
            database.server().execute("drop role " + other);
        }
    }

    @PostgresTest(onOneMajor = true)
    void aScriptThatReleasesTheMigrationLockDoesNotLetTheNextRunWithoutIt(TestDatabase database) {
        scripts.with("V1__release.sql", "select pg_advisory_unlock_all();");
        Ended ended = migrator(database).run().expect(ExitCode.OK);
        assertThat(ended.lines("the script released the migration lock")).hasSize(1);
        assertThat(History.applied(database)).containsExactly("1", "9");
        assertThat(ended.message()).contains("V1__release.sql", "V9__note.sql");
        assertFound(database);
    }

    @PostgresTest(onOneMajor = true)
    void aTransactionThatAScriptLeavesOpenIsRolledBackAndNamed(TestDatabase database) {
        scripts.with("V1__open.sql", "create table kept (id int);\nbegin;\ncreate table lost (id int);")
                .with("V1__open.sql.conf", "executeInTransaction=false");
        migrator(database)
                .run()
                .expectPlainAnswer(
                        ExitCode.MIGRATION_FAILED,
                        database.password(),
                        "V1__open.sql, line 3: after it a transaction is still open",
                        "SQLSTATE 25000");
        assertThat(database.rows("select relname from pg_class where relname in ('kept', 'lost')"))
                .containsExactly("kept");
        scripts.with("V1__open.sql", "create table kept (id int);\nbegin;\ncreate table lost (id int);\ncommit;");
        migrator(database).run().expect(ExitCode.OK);
        assertThat(History.applied(database)).containsExactly("1", "9");
    }

    /** With the old meaning of backslashes, the server reads a COMMIT in what is a literal by the standard. */
    @PostgresTest(onOneMajor = true)
    void aStatementThatEndsTheTransactionUnseenStopsTheScriptAndIsNotSaidToBeRolledBack(TestDatabase database) {
        scripts.with("V1__hidden.sql", """
                set standard_conforming_strings = off;
                create table early (id int);
                select 'a\\' || '; commit; --';
                create table late (id int);
                """);
        Ended ended = migrator(database)
                .run()
                .expectPlainAnswer(
                        ExitCode.MIGRATION_FAILED,
                        database.password(),
                        "V1__hidden.sql, line 3: it ended the transaction",
                        "SQLSTATE 2D000",
                        "may have been committed");
        assertThat(ended.message()).doesNotContain("rolled back");
        assertThat(database.rows("select relname from pg_class where relname in ('early', 'late')"))
                .containsExactly("early");
        assertThat(History.applied(database)).isEmpty();
    }

    @PostgresTest(onOneMajor = true)
    void whatACallbackSetsForAllMigrationsStays(TestDatabase database) {
        scripts.with("beforeMigrate.sql", "set work_mem = '8MB'; create temporary table for_all (id int);")
                .with("V1__settings.sql", "set work_mem = '7MB'; insert into for_all values (1);");
        migrator(database).run().expect(ExitCode.OK);
        assertThat(database.query("select work_mem from found")).isEqualTo("8MB");
    }

    /** Spellings that hide a SET from a search of the text; with a callback, nothing was reset between two scripts. */
    @PostgresTest
    void noSpellingCarriesASettingIntoTheNextScript(TestDatabase database) {
        String[] spellings = {
            "SET\tenable_sort = off;",
            "SET\r\n  enable_sort = off;",
            "/* fast */ set -- now\n enable_sort to off;",
            "DO $$ begin set enable_sort = off; end $$;",
            "do $x$ begin perform set_config('enable_' || 'sort', 'off', false); end $x$;",
            "select set_config('enable_sort', 'off', false);",
            "select leak();",
            "create function leak_too() returns int language plpgsql as"
                    + " $$ begin set enable_sort = off; return 1; end $$;create table t (id int default leak_too());"
                    + "insert into t default values;drop table t;drop function leak_too();",
        };
        for (boolean callback : new boolean[] {false, true}) {
            for (String spelling : spellings) {
                Scripts each = Scripts.in(folder, "each" + callback)
                        .with(
                                "V1__leak.sql",
                                "create function leak() returns void language plpgsql as"
                                        + " $$ begin set enable_sort = off; end $$;")
                        .with("V2__setting.sql", spelling)
                        .with(
                                "V3__next.sql",
                                "create table found as select current_setting('enable_sort') as setting;");
                if (callback) {
                    each.with("afterMigrate.sql", "select 1;");
                }
                Ended ended = Migrator.of(database, each, folder).run().expect(ExitCode.OK);
                assertThat(database.query("select setting from found"))
                        .as(spelling)
                        .isEqualTo("on");
                assertThat(ended.lines(LEFT)).as(spelling).hasSize(1);
                assertThat(ended.lines(LEFT).get(0)).contains("V2__setting.sql", "enable_sort = off");
                FreshSchema.in(database);
            }
        }
    }

    /** Our own settings that differ between scripts must not be blamed on a script. */
    @PostgresTest(onOneMajor = true)
    void noScriptIsBlamedForWhatWeSet(TestDatabase database) {
        scripts.with("V1__t.sql", "create table t (id int);")
                .with("V2__index.sql", "set maintenance_work_mem = '8MB';create index concurrently on t (id);")
                .with("V3__index.sql", "create index concurrently on t (id);")
                .with("V4__vacuum.sql", "vacuum t;")
                .with("V5__local.sql", "set local work_mem = '8MB';set local role none;select 1;")
                .with("beforeEachMigrate.sql", "set maintenance_work_mem = '9MB';");
        Ended ended = migrator(database).run().expect(ExitCode.OK);
        assertThat(ended.lines(LEFT)).hasSize(1);
        assertThat(ended.lines(LEFT).get(0))
                .contains("V2__index.sql", "maintenance_work_mem = 8192")
                .doesNotContain("lock_timeout", "role", "search_path");
    }

    /** As pg_dump writes it; what follows belongs to that user, the history does not. */
    @PostgresTest(onOneMajor = true)
    void aSessionUserEndsWithItsScript(TestDatabase database) {
        String other = "other_of_" + database.name();
        database.server().execute("create role " + other);
        try {
            database.server().execute("alter role app superuser");
            database.execute("grant all on schema public to " + other);
            scripts.with("V1__dump.sql", "SET SESSION AUTHORIZATION '" + other + "';\ncreate table theirs (id int);")
                    .with(
                            "V2__hidden.sql",
                            "do $$ begin set session authorization '" + other + "'; end $$;"
                                    + "create table hidden (id int);")
                    .with(
                            "V3__outside.sql",
                            "set session authorization '" + other
                                    + "';create index concurrently on theirs (id);create index concurrently on theirs (id);")
                    .with("V4__mine.sql", "create table mine (id int);");
            Ended ended = migrator(database).run().expect(ExitCode.OK);
            assertThat(database.rows("select tablename || ' ' || replace(tableowner, '" + other + "', 'other')"
                            + " from pg_tables where tablename in ('theirs', 'hidden', 'mine') order by 1"))
                    .containsExactly("hidden other", "mine app", "theirs other");
            assertThat(ended.lines(LEFT)).hasSize(3).allMatch(line -> line.contains("session authorization " + other));
        } finally {
            database.execute("drop owned by " + other);
            database.server().execute("alter role app nosuperuser");
            database.server().execute("drop role " + other);
        }
    }

    /** The driver ends the session over them. */
    @PostgresTest
    void aSettingThatTheDriverCannotWorkWithIsTheScriptsFailure(TestDatabase database) {
        for (String setting : new String[] {
            "SET client_encoding = 'LATIN1';",
            "set names 'LATIN1';",
            "SET\tDateStyle = 'German';",
            "do $$ begin set client_encoding = 'LATIN1'; end $$;",
            "select set_config('datestyle', 'SQL', false);"
        }) {
            scripts.with("V1__setting.sql", "create table t (id int);\n" + setting + "\nselect 1;");
            Ended ended = migrator(database)
                    .run()
                    .expectPlainAnswer(
                            ExitCode.MIGRATION_FAILED,
                            database.password(),
                            "V1__setting.sql, line 2: ",
                            "everything it did was rolled back",
                            "take the setting out of the script");
            assertThat(ended.lines("connecting again")).as(setting).isEmpty();
            assertThat(database.rows("select 1 from pg_class where relname = 't'"))
                    .isEmpty();
        }
    }

    /** Sent at once with its commit: only reading the history again shows that the server committed. */
    @PostgresTest(onOneMajor = true)
    void aSettingThatEndsTheSessionUnseenIsFollowedByANewLook(TestDatabase database) {
        scripts.with("V1__function.sql", """
                        create function leak() returns void language plpgsql as $$
                        begin execute 'set client_' || 'encoding = latin1'; end $$;
                        """).with("V2__hidden.sql", "create table t (id int);select leak();select 1;");
        migrator(database).run().expect(ExitCode.OK);
        assertThat(History.applied(database)).containsExactly("1", "2", "9");
    }

    /** Such settings were made for an application, not for migrations. */
    @PostgresTest
    void timeoutsOfTheDatabaseDoNotEndAScript(TestDatabase database) {
        database.execute("alter database \"" + database.name() + "\" set statement_timeout = '300ms'");
        if (Integer.parseInt(database.query("show server_version_num")) >= 170000) {
            database.execute("alter database \"" + database.name() + "\" set transaction_timeout = '500ms'");
        }
        scripts.with("V1__slow.sql", "create table t (id int);select pg_sleep(1);")
                .with("V2__alone.sql", "vacuum t;select pg_sleep(1);")
                .with("V2__alone.sql.conf", "executeInTransaction=false");
        Migrator.of(database, scripts, folder).run().expect(ExitCode.OK);
    }

    private void assertFound(TestDatabase database) {
        assertThat(database.query("select work_mem || ' ' || lock_timeout || ' ' || statement_timeout from found"))
                .isEqualTo(database.query("show work_mem") + " 3s 1min");
        assertThat(database.query("select search_path from found")).contains("public");
        assertThat(database.query("select application_name || ' ' || check_interval || ' ' || role from found"))
                .isEqualTo("slipway/shop/api-0 1s app");
        assertThat(database.rows("select advisory_locks, no_temporary_table, prepared, cursors, channels from found"))
                .containsExactly("2|t|0|0|0");
    }

    private Migrator migrator(TestDatabase database) {
        return Migrator.of(database, scripts, folder)
                .with(Setting.LOCK_TIMEOUT, "3s")
                .with(Setting.STATEMENT_TIMEOUT, "1m");
    }
}
