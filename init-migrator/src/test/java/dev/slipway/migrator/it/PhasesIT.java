package dev.slipway.migrator.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.contract.ExitCode;
import dev.slipway.contract.Setting;
import dev.slipway.testkit.postgres.PostgresTest;
import dev.slipway.testkit.postgres.TestDatabase;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** Expand before the rollout, contract after it. */
class PhasesIT {
    @TempDir
    private Path folder;

    private Scripts scripts;

    @BeforeEach
    void writeAnExpandAndContractChange() {
        scripts = Scripts.in(folder)
                .with("V1__people.sql", "create table people (id int, name text, full_name text);")
                .with("V2__drop_name.sql", """
                        -- slipway: contract
                        -- slipway: oldest-app-version 2.4.0
                        alter table people drop column name;
                        """)
                .with("V3__email.sql", "alter table people add email text;");
    }

    @PostgresTest
    void expandHoldsWhatContractAppliesLater(TestDatabase database) {
        assertThat(expand(database).run().expect(ExitCode.OK).output()).contains("1 held for phase contract");
        assertThat(History.applied(database)).containsExactly("1", "3");

        contract(database).run().expect(ExitCode.OK);

        assertThat(History.applied(database)).containsExactly("1", "3", "2");
        assertThat(database.query("select contract || ' ' || oldest_app_version from slipway_run where version = '2'"))
                .isEqualTo("true 2.4.0");
        assertThat(expand(database).run().expect(ExitCode.OK).output()).contains("nothing to do");
        migrator(database).run().expect(ExitCode.OK);
        migrator(database).run("validate").expect(ExitCode.OK);
    }

    @PostgresTest(onOneMajor = true)
    void replicasInExpandNeitherWaitNorDisagreeWhileSomethingIsHeld(TestDatabase database) {
        expand(database).run().expect(ExitCode.OK);

        List<Replica> replicas = IntStream.range(0, 3)
                .mapToObj(number -> expand(database).start("api-" + number))
                .toList();

        replicas.forEach(replica ->
                assertThat(replica.awaitEnd().expect(ExitCode.OK).output()).contains("nothing to do"));
        replicas.forEach(Replica::close);
        expand(database).run("preflight").expect(ExitCode.OK);
        expand(database).run("validate").expect(ExitCode.OK);
    }

    @PostgresTest(onOneMajor = true)
    void withoutAPhaseEverythingRunsInTheOrderOfTheVersions(TestDatabase database) {
        migrator(database).run().expect(ExitCode.OK);

        assertThat(History.applied(database)).containsExactly("1", "2", "3");
    }

    @PostgresTest(onOneMajor = true)
    void contractIsRefusedWhileTheExpandHalfIsPending(TestDatabase database) {
        contract(database)
                .run()
                .expectPlainAnswer(
                        ExitCode.HISTORY_DIFFERS,
                        database.password(),
                        "V1__people.sql, V3__email.sql is still pending",
                        "roll out the application with phase expand first");
        contract(database)
                .run("preflight")
                .expectPlainAnswer(
                        ExitCode.HISTORY_DIFFERS,
                        database.password(),
                        "migrations: phase is contract, but V1__people.sql, V3__email.sql is still pending");
        assertThat(database.rows("select 1 from pg_class where relname = 'people'"))
                .isEmpty();
    }

    @PostgresTest(onOneMajor = true)
    void planAndStatusShowThePhase(TestDatabase database) {
        assertThat(expand(database).with(Setting.LOG_FORMAT, "text").run("plan").output())
                .contains("V3__email.sql", "held for phase contract: V2__drop_name.sql");
        assertThat(migrator(database).run("plan", "--json").output())
                .contains("\"contract\":[\"V2__drop_name.sql\"]", "\"held\":[]", "\"phase\":\"all\"");
        expand(database).run().expect(ExitCode.OK);

        assertThat(expand(database).run("status", "--json").output())
                .contains("\"upToDate\":true", "\"held\":1", "\"phase\":\"contract\",\"state\":\"pending, held\"");
        assertThat(expand(database)
                        .with(Setting.LOG_FORMAT, "text")
                        .run("status")
                        .output())
                .contains("contract | pending, held");
    }

    @PostgresTest(onOneMajor = true)
    void aVersionThatIsNoContractStillMustNotComeLate(TestDatabase database) {
        expand(database).run().expect(ExitCode.OK);
        scripts.with("V2.5__late.sql", "select 1;");

        contract(database)
                .run()
                .expectPlainAnswer(ExitCode.HISTORY_DIFFERS, database.password(), "version 2.5", "was never applied");
    }

    /** As documented: Flyway itself calls a held migration ignored. Afterwards it reports nothing. */
    @PostgresTest
    void flywayAcceptsTheHistoryOnceNothingIsHeld(TestDatabase database) {
        expand(database).run().expect(ExitCode.OK);
        contract(database).run().expect(ExitCode.OK);

        Flyway flyway = Flyway.configure()
                .dataSource(database.jdbcUrl(), database.user(), database.password())
                .locations("filesystem:" + scripts.folder())
                .load();

        assertThat(flyway.validateWithResult().validationSuccessful).isTrue();
        assertThat(flyway.migrate().migrationsExecuted).isZero();
    }

    @PostgresTest
    void anOlderImageIsRefusedBeforeItsPodsStart(TestDatabase database) {
        migrator(database).run().expect(ExitCode.OK);
        Migrator older = older(database);

        older.with(Setting.APP_VERSION, "2.3.9")
                .run()
                .expectPlainAnswer(
                        ExitCode.HISTORY_DIFFERS,
                        database.password(),
                        "application version 2.3.9 is too old for this schema",
                        "version 2 (drop name) took away what versions before 2.4.0 need");
        older.run()
                .expectPlainAnswer(
                        ExitCode.HISTORY_DIFFERS, database.password(), "does not say which version", "set app-version");
        older.with(Setting.APP_VERSION, "v2.4.0").run().expect(ExitCode.OK);
    }

    /** It is read by another driver, from the same rows. */
    @PostgresTest
    void thePreFlightSaysTheSame(TestDatabase database) {
        assertThat(migrator(database)
                        .with(Setting.APP_VERSION, "2.3.9")
                        .run("preflight")
                        .message())
                .contains("app-version: application version 2.3.9 is too old for this schema");
        migrator(database).run().expect(ExitCode.OK);
        Migrator older = older(database);
        for (String[] command : new String[][] {{"preflight"}, {"migrate", "--preflight"}}) {
            older.with(Setting.APP_VERSION, "2.3.9")
                    .run(command)
                    .expectPlainAnswer(
                            ExitCode.HISTORY_DIFFERS,
                            database.password(),
                            "app-version: application version 2.3.9 is too old for this schema",
                            "version 2 (drop name) took away what versions before 2.4.0 need");
            older.run(command)
                    .expectPlainAnswer(
                            ExitCode.HISTORY_DIFFERS,
                            database.password(),
                            "app-version: this image is older than the schema",
                            "set app-version");
        }
        older.with(Setting.APP_VERSION, "v2.4.0").run("preflight").expect(ExitCode.OK);
        assertThat(migrator(database).runByHand("preflight").expect(ExitCode.OK).output())
                .contains("the schema needs version 2.4.0 of the application or newer");
        database.execute("delete from slipway_run");
        assertThat(older.runByHand("preflight").expect(ExitCode.OK).output())
                .contains("no migration requires a version of the application");
        database.execute("revoke all on slipway_run from current_user");
        assertThat(older.runByHand("preflight").lines("\"check\":\"app-version\""))
                .singleElement()
                .asString()
                .contains("\"verdict\":\"warn\"", "permission denied");
    }

    @PostgresTest(onOneMajor = true)
    void theFloorFallsWithTheMigrationThatSetIt(TestDatabase database) {
        Scripts.in(scripts.folder(), "undo")
                .with("U2__drop_name.sql", "alter table people add name text;")
                .with("U3__email.sql", "alter table people drop column email;");
        migrator(database).run().expect(ExitCode.OK);

        migrator(database)
                .run("rollback", "--to", "1", "--confirm", database.name() + "@1", "--no-delay")
                .expect(ExitCode.OK);

        older(database).with(Setting.APP_VERSION, "2.3.9").run().expect(ExitCode.OK);
    }

    /** An application older than its own contract migration would lock itself out. */
    @PostgresTest(onOneMajor = true)
    void noImageAppliesAContractThatItDoesNotSurvive(TestDatabase database) {
        migrator(database)
                .with(Setting.APP_VERSION, "2.3.9")
                .run()
                .expectPlainAnswer(ExitCode.HISTORY_DIFFERS, database.password(), "too old for this schema");
        expand(database).with(Setting.APP_VERSION, "2.3.9").run().expect(ExitCode.OK);

        assertThat(History.applied(database)).containsExactly("1", "3");
    }

    private Migrator older(TestDatabase database) {
        Scripts old = Scripts.in(folder, "old")
                .with("V1__people.sql", "create table people (id int, name text, full_name text);");
        return Migrator.of(database, old, folder);
    }

    private Migrator migrator(TestDatabase database) {
        return Migrator.of(database, scripts, folder);
    }

    private Migrator expand(TestDatabase database) {
        return migrator(database).with(Setting.PHASE, "expand");
    }

    private Migrator contract(TestDatabase database) {
        return migrator(database).with(Setting.PHASE, "contract");
    }
}
