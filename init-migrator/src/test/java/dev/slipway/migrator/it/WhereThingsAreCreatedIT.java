package dev.slipway.migrator.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.contract.ExitCode;
import dev.slipway.contract.Setting;
import dev.slipway.migrator.InThisJvm;
import dev.slipway.testkit.postgres.PostgresTest;
import dev.slipway.testkit.postgres.TestDatabase;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.io.TempDir;

/**
 * The setting schema, what the session says, and the histories that are there: every command chooses the same schema,
 * or refuses in the same way. Flyway shows where its own scripts would have created things.
 */
class WhereThingsAreCreatedIT {
    private static final List<String> COMMANDS =
            List.of("preflight", "plan", "status", "validate", "baseline", "migrate");

    private static final String RELATIONS = "select relnamespace::regnamespace || '.' || relname from pg_class"
            + " where relkind = 'r' and relnamespace::regnamespace::text not in ('pg_catalog', 'information_schema')"
            + " and relname not in ('slipway_run', 'slipway_snapshot') order by 1";

    private static final String NEW_SCHEMAS = "create schema shop; create schema \"Shop\"; create schema other;";

    @TempDir
    private Path folder;

    /**
     * @param histories the schemas whose own history has V1; V2 is pending
     * @param sql what is done first; %s is the database
     */
    private record State(List<String> histories, String sql, Map<String, String> env) {
        static State of(String sql, String... env) {
            return new State(List.of(), sql, pairs(env));
        }

        State with(String... schemas) {
            return new State(List.of(schemas), sql, env);
        }

        /** With this schema given. */
        State and(String schema) {
            var all = new TreeMap<>(env);
            all.put(Setting.SCHEMA.env(), schema);
            return new State(histories, sql, all);
        }

        private static Map<String, String> pairs(String... env) {
            var map = new TreeMap<String, String>();
            for (int each = 0; each < env.length; each += 2) {
                map.put(env[each], env[each + 1]);
            }
            return map;
        }
    }

    private static State path(String path) {
        return State.of("alter database %s set search_path = " + path);
    }

    private static State rolePath(String path) {
        return State.of("alter role app in database %s set search_path = " + path);
    }

    private static State options(String options) {
        return State.of("", "PGOPTIONS", options);
    }

    private static State given(String schema, String... env) {
        return givenIn("", schema, env);
    }

    private static State givenIn(String sql, String schema, String... env) {
        var all = new ArrayList<>(List.of(Setting.SCHEMA.env(), schema));
        all.addAll(Arrays.asList(env));
        return State.of(sql, all.toArray(String[]::new));
    }

    @PostgresTest
    void whatCanBeReadInTwoWaysIsRefusedByEveryCommandWithBothNames(TestDatabase database) {
        refused(database, path("shop"), "'shop'", "'public'", "--schema shop", "--schema public");
        refused(database, path("shop, public"), "'shop'", "'public'", "(search_path: shop, public)");
        refused(database, path("nosuch, shop, public"), "'shop'", "'public'");
        refused(database, path("\"Shop\", public"), "'Shop'", "'public'", "--schema Shop or --schema public");
        refused(database, rolePath("other"), "'other'", "'public'");
        refused(database, rolePath("\"$user\", other, public"), "'other'", "'public'");
        refused(database, State.of("create schema app"), "'app'", "'public'");
        refused(database, options("-c search_path=shop"), "'shop'", "'public'");
        refused(database, options("-csearch_path=SHOP"), "'shop'", "'public'");
        refused(database, options("--search_path=\"Shop\",public"), "'Shop'", "'public'");
        refused(database, options("--search-path=other"), "'other'", "'public'");
        refused(database, inUrl("options=-csearch_path%3Dshop"), "'shop'", "'public'");
        refused(database, inUrl("options=-c%20search_path%3Dother%2Cpublic"), "'other'", "'public'");
        refused(database, path("shop").with("shop", "public"), "two histories", "'shop'", "'public'");
        refused(database, options("-csearch_path=\"Shop\"").with("Shop", "public"), "two histories", "'Shop'");
        refused(database, path("other").with("public"), "the history is in schema 'public'", "'other'");
        refused(database, rolePath("shop,public").with("public"), "the history is in schema 'public'", "'shop'");
    }

    @PostgresTest
    void aSessionThatCreatesNothingThatStaysIsRefusedWithItsPath(TestDatabase database) {
        refused(database, path("nosuch"), "cannot create tables anywhere", "(search_path: nosuch)", "--schema");
        refused(database, path("nosuch, \"$user\""), "cannot create tables anywhere", "--create-schema");
        refused(database, path("''"), "cannot create tables anywhere", "(search_path: empty)");
        refused(database, options("-csearch_path="), "cannot create tables anywhere", "(search_path: empty)");
        refused(database, State.of("drop schema public"), "cannot create tables anywhere", "$user");
        refused(database, path("pg_temp, shop"), "temporary tables only", "pg_temp, shop");
        refused(database, options("-csearch_path=PG_TEMP"), "temporary tables only", "PG_TEMP");
        refused(database, rolePath("nosuch, pg_temp"), "temporary tables only");
        refused(database, path("pg_catalog, shop"), "'pg_catalog'", "PostgreSQL's own");
        refused(database, path("information_schema, public"), "'information_schema'", "PostgreSQL's own");
    }

    @PostgresTest
    void aSchemaThatDoesNotExistIsRefusedUnlessItIsToBeCreated(TestDatabase database) {
        for (String missing : new String[] {"nosuch", "SHOP", "No Such", "o'no\\{x}"}) {
            refused(database, given(missing), "schema '", " does not exist", "--create-schema true");
            creates(database, given(missing, Setting.CREATE_SCHEMA.env(), "true"), missing);
        }
        refused(database, givenIn("drop schema public", "public"), "schema 'public' does not exist");
        creates(database, givenIn("drop schema public", "public", Setting.CREATE_SCHEMA.env(), "true"), "public");
        creates(database, given("shop", Setting.CREATE_SCHEMA.env(), "true"), "shop");
    }

    @PostgresTest(onOneMajor = true)
    void aListOrAPathIsNoSchema(TestDatabase database) {
        for (String several : new String[] {"a,b", "shop, public", "a;b", "a ; b"}) {
            refused(database, given(several), "SLIPWAY_SCHEMA is '" + several + "'; expected one schema");
            refused(database, State.of("", "SLIPWAY_HISTORY_TABLE", several), "SLIPWAY_HISTORY_TABLE", "one table");
        }
        refused(database, given("\"Shop\""), "the name without quotes around it");
        refused(database, State.of("", "SLIPWAY_HISTORY_TABLE", "shop.rows"), "which the setting schema names");
    }

    @PostgresTest
    void aSchemaThatIsGivenWinsAndOneThatIsNotIsTheSessions(TestDatabase database) {
        creates(database, State.of(""), "public");
        creates(database, given("shop"), "shop");
        creates(database, given("Shop"), "Shop");
        creates(database, givenIn("alter database %s set search_path = shop", "public"), "public");
        creates(database, givenIn("alter role app in database %s set search_path = ''", "shop"), "shop");
        creates(database, givenIn("create schema app", "public"), "public");
        creates(database, given("Shop", "PGOPTIONS", "-csearch_path=Shop"), "Shop");
        creates(database, given("Shop", "PGOPTIONS", "-csearch_path=Shop,other"), "Shop");
        creates(database, given("shop", "PGOPTIONS", "-csearch_path=pg_temp,shop"), "shop");
        creates(database, path("public, shop"), "public");
        creates(database, path("nosuch, public"), "public");
        creates(database, options("-csearch_path=PUBLIC"), "public");
        creates(database, path("shop").with("shop"), "shop");
        creates(database, rolePath("\"Shop\", public").with("Shop"), "Shop");
        creates(database, options("-csearch_path=nosuch,other,shop").with("other"), "other");
        creates(database, options("-csearch_path=shop,other").with("shop", "other"), "shop");
        creates(database, State.of("create schema if not exists app").with("app"), "app");
        creates(database, State.of("create schema app").with("public"), "public");
    }

    @PostgresTest(onOneMajor = true)
    void aUrlThatNamesTheSchemaOfTheSettingsSaysItAsWell(TestDatabase database) {
        for (String parameter : new String[] {"schema=public", "currentSchema=public,shop", "search_path=PUBLIC"}) {
            State inUrl = inUrl(parameter);
            creates(database, new State(List.of(), "alter database %s set search_path = shop", inUrl.env()), "public");
        }
        refused(database, inUrl("schema=shop"), "but the migrations would go to public", "SLIPWAY_SCHEMA");
        for (String parameter :
                new String[] {"currentSchema=shop", "search_path=SHOP,public", "currentSchema=x,shop"}) {
            refused(database, inUrl(parameter), "'shop'", "'public'", "--schema shop or --schema public");
            refused(database, inUrl(parameter).and("other"), "but the migrations would go to other");
            refused(database, inUrl(parameter).with("public"), "the history is in schema 'public'", "'shop'");
            creates(database, inUrl(parameter).with("shop"), "shop");
        }
        creates(database, inUrl("currentSchema=shop,public").and("shop"), "shop");
        creates(database, inUrl("search_path=%22$user%22,shop").and("shop"), "shop");
        creates(database, inUrl("schema=Shop").and("Shop"), "Shop");
    }

    @PostgresTest(onOneMajor = true)
    void whatIsUpToDateMayStartWhileItIsSaidWhereTheNextWouldGo(TestDatabase database) {
        TestDatabase own = database.server().createDatabase();
        try {
            Scripts scripts = Scripts.in(folder).with("V1__t.sql", "create table t (id int);");
            own.execute(NEW_SCHEMAS);
            run(own, scripts, Map.of(), "migrate").expect(ExitCode.OK);
            own.execute("alter database " + own.name() + " set search_path = shop");
            for (String command : List.of("preflight", "plan", "status", "validate", "migrate")) {
                assertThat(run(own, scripts, Map.of(), command)
                                .expect(ExitCode.OK)
                                .output())
                        .as(command)
                        .contains("the history is in schema 'public', but this session creates tables in 'shop'")
                        .contains("--schema shop or --schema public");
            }
        } finally {
            database.server().dropDatabase(own.name());
        }
    }

    /** A role with a schema of its name, and one that a migration creates. */
    @PostgresTest(onOneMajor = true)
    void aMigrationThatMakesTheSchemaOfItsRoleDoesNotMoveTheNextOne(TestDatabase database) {
        Scripts scripts = Scripts.in(folder).with("V1__t.sql", "create schema app; create table t (id int);");
        run(database, scripts, Map.of(), "migrate").expect(ExitCode.OK);
        scripts.with("V2__u.sql", "create table u (id int);");
        run(database, scripts, Map.of(), "migrate").expect(ExitCode.OK);
        run(database, scripts, Map.of(), "migrate").expect(ExitCode.OK);
        assertThat(database.rows(RELATIONS)).containsExactly("public.flyway_schema_history", "public.t", "public.u");
    }

    @PostgresTest(onOneMajor = true)
    void flywayCreatesInTheSchemaThatTheRefusalNames(TestDatabase database) {
        Scripts scripts = Scripts.in(folder).with("V1__t.sql", "create table t (id int);");
        for (String path : new String[] {"shop", "nosuch, other, public", "\"Shop\"", "\"$user\", public"}) {
            TestDatabase flyways = database.server().createDatabase();
            TestDatabase ours = database.server().createDatabase();
            try {
                for (TestDatabase each : List.of(flyways, ours)) {
                    each.execute(NEW_SCHEMAS + "create schema app; alter database " + each.name()
                            + " set search_path = " + path);
                }
                PlainFlyway.on(flyways, scripts).migrate();
                String schema = flyways.query("select relnamespace::regnamespace from pg_class where relname = 't'");
                String name = schema.replace("\"", "");
                assertThat(run(ours, scripts, Map.of(), "migrate").output())
                        .contains("this session creates tables in schema '" + name + "'");
                run(ours, scripts, Map.of(Setting.SCHEMA.env(), name), "migrate")
                        .expect(ExitCode.OK);
                assertThat(ours.rows(RELATIONS)).isEqualTo(flyways.rows(RELATIONS));
                // A history that Flyway started continues without a remark.
                run(flyways, scripts, Map.of(), "migrate").expect(ExitCode.OK);
                scripts.with("V2__u.sql", "create table u (id int);");
                run(flyways, scripts, Map.of(), "migrate").expect(ExitCode.OK);
                assertThat(PlainFlyway.on(ours, scripts).migrate()).isEqualTo(1);
                assertThat(ours.rows(RELATIONS)).isEqualTo(flyways.rows(RELATIONS));
                assertThat(PlainFlyway.on(flyways, scripts).migrate()).isZero();
                scripts.without("V2__u.sql");
            } finally {
                database.server().dropDatabase(flyways.name());
                database.server().dropDatabase(ours.name());
            }
        }
    }

    /** The lock and the ledger are those of the schema that was found. */
    @PostgresTest(onOneMajor = true)
    void theReplicasOfASchemaThatWasFoundMigrateItOnce(TestDatabase database) {
        Scripts scripts = Scripts.in(folder).with("V1__t.sql", "create table t (id int);");
        database.execute(NEW_SCHEMAS);
        run(database, scripts, Map.of(Setting.SCHEMA.env(), "shop"), "migrate").expect(ExitCode.OK);
        database.execute("alter database " + database.name() + " set search_path = shop, public");
        scripts.with("V2__u.sql", "create table u as select 1 id; select pg_sleep(1);");
        Migrator found = Migrator.of(database, scripts, folder);
        Migrator told = found.with(Setting.SCHEMA, "shop");
        try (Replica one = found.start("one");
                Replica two = told.start("two");
                Replica three = found.start("three")) {
            List<String> outcomes = List.of(one, two, three).stream()
                    .map(each -> each.awaitEnd().expect(ExitCode.OK).message())
                    .filter(message -> message.contains("\"outcome\":\"applied\""))
                    .toList();
            assertThat(outcomes).hasSize(1);
        }
        assertThat(database.rows("select count(*) from shop.flyway_schema_history"))
                .containsExactly("2");
        assertThat(database.rows("select script from shop.slipway_run order by id"))
                .containsExactly("V1__t.sql", "V2__u.sql");
        assertThat(database.rows("select 1 from pg_class where relnamespace = 'public'::regnamespace"))
                .isEmpty();
    }

    /** The schema that is meant, not the default. */
    @PostgresTest
    void aPrivilegeThatIsMissingIsSaidForTheSchemaThatIsMeant(TestDatabase database) {
        TestDatabase own = database.server().createDatabase();
        Scripts scripts = Scripts.in(folder).with("V1__t.sql", "create table t (id int);");
        String role = "role_" + own.name();
        own.server().execute("create role " + role + " login password 'geheim'");
        try {
            own.execute("create schema shop; grant usage on schema shop to " + role);
            own.server().execute("alter role " + role + " in database " + own.name() + " set search_path = shop");
            Map<String, String> env = Map.of("PGUSER", role, "PGPASSWORD", "geheim", Setting.SCHEMA.env(), "shop");
            assertThat(run(own, scripts, env, "migrate")
                            .expect(ExitCode.PREFLIGHT_REFUSED)
                            .output())
                    .contains("permission denied for schema shop");
            assertThat(run(own, scripts, env, "preflight")
                            .expect(ExitCode.PREFLIGHT_REFUSED)
                            .output())
                    .contains("grant usage, create on schema \\\"shop\\\"");
        } finally {
            database.server().dropDatabase(own.name());
            database.server().execute("drop role " + role);
        }
    }

    private static State inUrl(String parameter) {
        return State.of("", "URL_PARAMETER", parameter);
    }

    private void refused(TestDatabase database, State state, String... parts) {
        inADatabaseOfItsOwn(database, state, (own, scripts, env) -> {
            List<String> before = own.rows(RELATIONS);
            for (String command : COMMANDS) {
                Result result = run(own, scripts, env, command);
                assertThat(result.output()).as("%s of %s", command, state).contains(parts);
                assertThat(result.exitCode())
                        .as("%s of %s: %s", command, state, result)
                        .isEqualTo(ExitCode.USAGE);
            }
            assertThat(own.rows(RELATIONS)).as("after %s", state).isEqualTo(before);
        });
    }

    /** V2, and V1 unless a history has it, is created in this schema, beside its history; and then there is nothing to do. */
    private void creates(TestDatabase database, State state, String schema) {
        inADatabaseOfItsOwn(database, state, (own, scripts, env) -> {
            for (String command : List.of("preflight", "plan", "status", "validate", "migrate", "preflight")) {
                Result result = run(own, scripts, env, command);
                assertThat(result.exitCode())
                        .as("%s of %s: %s", command, state, result)
                        .isEqualTo(ExitCode.OK);
            }
            assertThat(run(own, scripts, env, "migrate").output()).contains("\"outcome\":\"up-to-date\"");
            assertThat(own.rows("select nspname from pg_class c join pg_namespace n on n.oid = relnamespace"
                            + " where relname = 'u'"))
                    .as("%s", state)
                    .containsExactly(schema);
            assertThat(own.rows(
                            "select version from \"" + schema + "\".flyway_schema_history where version is not null"))
                    .as("%s", state)
                    .containsExactlyInAnyOrder("1", "2");
        });
    }

    private interface Check {
        void of(TestDatabase database, Scripts scripts, Map<String, String> env);
    }

    private void inADatabaseOfItsOwn(TestDatabase database, State state, Check check) {
        TestDatabase own = database.server().createDatabase();
        try {
            Scripts scripts = Scripts.in(folder, own.name()).with("V1__t.sql", "create table t (id int);");
            own.execute(NEW_SCHEMAS);
            for (String schema : state.histories()) {
                Map<String, String> there = Map.of(Setting.SCHEMA.env(), schema, Setting.CREATE_SCHEMA.env(), "true");
                run(own, scripts, there, "migrate").expect(ExitCode.OK);
            }
            if (!state.sql().isEmpty()) {
                try (var admin = own.connectAsSuperuser();
                        var statement = admin.createStatement()) {
                    statement.execute(state.sql().startsWith("create") ? "set role app" : "reset role");
                    statement.execute(state.sql().formatted(own.name()));
                } catch (SQLException failed) {
                    throw new IllegalStateException(failed);
                }
            }
            scripts.with("V2__u.sql", "create table u (id int);");
            check.of(own, scripts, env(own, state));
        } finally {
            database.server().dropDatabase(own.name());
        }
    }

    private static Map<String, String> env(TestDatabase database, State state) {
        var env = new TreeMap<>(state.env());
        String parameter = env.remove("URL_PARAMETER");
        if (parameter != null) {
            env.put("DATABASE_URL", database.url() + "?" + parameter);
        }
        return env;
    }

    private record Result(ExitCode exitCode, String output) {
        Result expect(ExitCode code) {
            assertThat(exitCode).as("%s", this).isEqualTo(code);
            return this;
        }
    }

    private static Result run(TestDatabase database, Scripts scripts, Map<String, String> more, String command) {
        var env = new TreeMap<>(database.env());
        env.put(Setting.MIGRATIONS.env(), scripts.folder().toString());
        env.put(Setting.LOG_FORMAT.env(), "json");
        env.putAll(more);
        String[] arguments =
                command.equals("baseline") ? new String[] {command, "--baseline-version", "1"} : new String[] {command};
        InThisJvm.Result result = InThisJvm.run(env, arguments);
        return new Result(result.exitCode(), result.output());
    }
}
