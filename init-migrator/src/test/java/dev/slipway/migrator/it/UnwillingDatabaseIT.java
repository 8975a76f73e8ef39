package dev.slipway.migrator.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.contract.ExitCode;
import dev.slipway.contract.Setting;
import dev.slipway.testkit.postgres.PostgresServer;
import dev.slipway.testkit.postgres.PostgresTest;
import dev.slipway.testkit.postgres.TestDatabase;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** Databases that answer, but may not or cannot be migrated: read-only, without privileges, filled by others. */
class UnwillingDatabaseIT {
    private static final String ROLE_PASSWORD = "0rdinary-secret";

    @TempDir
    private Path folder;

    private Scripts scripts;

    @BeforeEach
    void writeOneScript() {
        scripts = Scripts.in(folder).with("V1__orders.sql", "create table orders (id int primary key);");
    }

    @PostgresTest(onOneMajor = true)
    void aDatabaseThatIsReadOnlyByDefaultIsRefusedBeforeAnythingRuns(TestDatabase database) {
        makeReadOnly(database, "on");
        for (String[] command : new String[][] {{"migrate"}, {"baseline", "--baseline-version", "1"}}) {
            migrator(database)
                    .run(command)
                    .expectPlainAnswer(
                            ExitCode.PREFLIGHT_REFUSED,
                            database.password(),
                            "default_transaction_read_only is on (set by database)",
                            "25006");
        }
        migrator(database).run("preflight").expect(ExitCode.PREFLIGHT_REFUSED);
        makeReadOnly(database, "off");
        migrator(database).run().expect(ExitCode.OK);

        makeReadOnly(database, "on");
        scripts.with("V2__note.sql", "alter table orders add column note text;");
        migrator(database).run().expectPlainAnswer(ExitCode.PREFLIGHT_REFUSED, database.password(), "takes no writes");
        assertThat(History.attempts(database)).containsExactly("V1__orders.sql applied");
    }

    @PostgresTest(onOneMajor = true)
    void whereNothingIsPendingAReadOnlyDatabaseIsNoReasonToStop(TestDatabase database) {
        migrator(database).run().expect(ExitCode.OK);
        makeReadOnly(database, "on");
        migrator(database).run().expect(ExitCode.OK);
        migrator(database).run("status").expect(ExitCode.OK);
        migrator(database).run("validate").expect(ExitCode.OK);
    }

    @PostgresTest(onOneMajor = true)
    void aStandbyIsRefusedAndNamed(PostgresServer server) throws IOException {
        try (var standby = PostgresServer.start(server.major())) {
            TestDatabase database = standby.createDatabase();
            migrator(database).run().expect(ExitCode.OK);
            standby.becomeStandby();
            migrator(database).run().expect(ExitCode.OK);

            scripts.with("V2__note.sql", "alter table orders add column note text;");
            migrator(database)
                    .run()
                    .expectPlainAnswer(
                            ExitCode.PREFLIGHT_REFUSED, database.password(), "is a standby", "name the primary");
            assertThat(History.applied(database)).containsExactly("1");
        }
    }

    @PostgresTest(onOneMajor = true)
    void aRoleThatMayNotCreateInTheSchemaIsRefused(TestDatabase database) {
        database.execute("create schema shop");
        asRole(
                database,
                "grant usage on schema shop to %s",
                role -> role.with(Setting.SCHEMA, "shop")
                        .run()
                        .expectPlainAnswer(
                                ExitCode.PREFLIGHT_REFUSED,
                                ROLE_PASSWORD,
                                "permission denied for schema shop",
                                "42501",
                                "grant this role what it lacks"));
        assertThat(database.rows("select 1 from pg_class where relname in ('orders', 'flyway_schema_history')"))
                .isEmpty();
    }

    @PostgresTest(onOneMajor = true)
    void aRoleThatMayNotMakeTheSchemaIsRefused(TestDatabase database) {
        asRole(
                database,
                "select '%s'",
                role -> role.with(Setting.SCHEMA, "new_shop")
                        .with(Setting.CREATE_SCHEMA, "true")
                        .run()
                        .expectPlainAnswer(
                                ExitCode.PREFLIGHT_REFUSED, ROLE_PASSWORD, "permission denied for database", "42501"));
    }

    @PostgresTest(onOneMajor = true)
    void aRoleThatMayNotReadTheHistoryIsRefused(TestDatabase database) {
        migrator(database).run().expect(ExitCode.OK);
        for (String command : new String[] {"migrate", "status", "validate", "plan", "preflight"}) {
            asRole(
                    database,
                    "grant usage, create on schema public to %s",
                    role -> assertThat(role.run(command)
                                    .expect(ExitCode.PREFLIGHT_REFUSED)
                                    .message())
                            .contains("flyway_schema_history")
                            .contains("insert, update", "delete on ")
                            .doesNotContain(ROLE_PASSWORD));
        }
    }

    @PostgresTest(onOneMajor = true)
    void aRoleThatMayNotWriteTheHistoryIsRefusedAndAppliesNothing(TestDatabase database) {
        migrator(database).run().expect(ExitCode.OK);
        String grants = "grant usage, create on schema public to %1$s; grant select on flyway_schema_history to %1$s;"
                + "grant all on slipway_run to %1$s";
        asRole(database, grants, role -> role.run().expect(ExitCode.OK));
        scripts.with("V2__customers.sql", "create table customers (id int);");
        asRole(
                database,
                grants,
                role -> role.run()
                        .expectPlainAnswer(
                                ExitCode.PREFLIGHT_REFUSED,
                                ROLE_PASSWORD,
                                "permission denied for table flyway_schema_history"));
        assertThat(database.rows("select 1 from pg_class where relname = 'customers'"))
                .isEmpty();
        assertThat(History.applied(database)).containsExactly("1");
    }

    @PostgresTest(onOneMajor = true)
    void aScriptThatNeedsAPrivilegeFailsWithItsLine(TestDatabase database) {
        scripts.with("V2__role.sql", "select 1;\ncreate role reporting;");
        migrator(database)
                .run()
                .expectPlainAnswer(
                        ExitCode.MIGRATION_FAILED,
                        database.password(),
                        "V2__role.sql, line 2",
                        "42501",
                        "grant the privilege to the role that migrates");
    }

    @PostgresTest
    void aSchemaThatOthersFilledIsRefusedWithTheWayOut(TestDatabase database) {
        database.execute("create table orders (id int primary key); create view v as select 1; create sequence s");
        migrator(database)
                .run()
                .expectPlainAnswer(
                        ExitCode.HISTORY_DIFFERS,
                        database.password(),
                        "schema 'public' has content (orders, s, v) but no history table 'flyway_schema_history'",
                        "adopt it with baseline-version");
        assertThat(database.rows("select 1 from pg_class where relname in ('flyway_schema_history', 'slipway_run')"))
                .isEmpty();
    }

    @PostgresTest
    void withABaselineVersionItIsAdoptedAndWhatFollowsIsApplied(TestDatabase database) {
        database.execute("create table orders (id int primary key)");
        scripts.with("V2__note.sql", "alter table orders add column note text;");
        Migrator adopting = migrator(database).with(Setting.BASELINE_VERSION, "1");
        Ended adopted = adopting.run().expect(ExitCode.OK);
        assertThat(adopted.lines("adopted the existing schema")).hasSize(1);
        assertThat(database.rows("select version, type, success from flyway_schema_history order by 1"))
                .containsExactly("1|BASELINE|t", "2|SQL|t");
        assertThat(PlainFlyway.on(database, scripts).mistakes()).isEmpty();

        adopting.run().expect(ExitCode.OK);
        migrator(database).run().expect(ExitCode.OK);
        assertThat(History.applied(database)).containsExactly("1", "2");
    }

    @PostgresTest(onOneMajor = true)
    void aBaselineVersionOnAnEmptySchemaAppliesEverything(TestDatabase database) {
        migrator(database).with(Setting.BASELINE_VERSION, "1").run().expect(ExitCode.OK);
        assertThat(database.rows("select version, type from flyway_schema_history"))
                .containsExactly("1|SQL");
    }

    @PostgresTest(onOneMajor = true)
    void whatAnExtensionBroughtIsNoContent(TestDatabase database) throws SQLException {
        try (Connection superuser = database.connectAsSuperuser();
                Statement statement = superuser.createStatement()) {
            statement.execute("create extension pg_stat_statements schema public");
        }
        migrator(database).run().expect(ExitCode.OK);
        assertThat(History.applied(database)).containsExactly("1");
    }

    private interface Body {
        void with(Migrator migrator);
    }

    /** @param grants SQL with %s for the role's name; the role is dropped afterwards */
    private void asRole(TestDatabase database, String grants, Body body) {
        String role = "limited_" + database.name();
        database.server().execute("create role " + role + " login password '" + ROLE_PASSWORD + "'");
        try {
            database.execute(grants.formatted(role));
            body.with(migrator(database).withEnv("PGUSER", role).withEnv("PGPASSWORD", ROLE_PASSWORD));
        } finally {
            dropRole(database, role);
        }
    }

    private static void dropRole(TestDatabase database, String role) {
        try (Connection superuser = database.connectAsSuperuser();
                Statement statement = superuser.createStatement()) {
            statement.execute("drop owned by " + role);
            statement.execute("drop role " + role);
        } catch (SQLException failed) {
            throw new IllegalStateException(failed);
        }
    }

    private static void makeReadOnly(TestDatabase database, String value) {
        database.server()
                .execute("alter database " + database.name() + " set default_transaction_read_only = " + value);
    }

    private Migrator migrator(TestDatabase database) {
        return Migrator.of(database, scripts, folder);
    }
}
