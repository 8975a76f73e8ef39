package dev.slipway.migrator.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.contract.ExitCode;
import dev.slipway.testkit.postgres.PostgresTest;
import dev.slipway.testkit.postgres.TestDatabase;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** {@code slipway drift}, and the snapshot that each run that changes the schema keeps for it. */
class DriftIT {
    @TempDir
    private Path folder;

    private Scripts scripts;

    @BeforeEach
    void writeTheTable() {
        scripts = Scripts.in(folder)
                .with("V1__orders.sql", "create table orders (id int primary key, note text);")
                .with("U1__orders.sql", "drop table orders;");
    }

    @PostgresTest
    void aChangeByHandIsFoundAndStaysUntilItIsAccepted(TestDatabase database) {
        migrator(database)
                .run("drift")
                .expectPlainAnswer(
                        ExitCode.HISTORY_DIFFERS,
                        database.password(),
                        "there is no snapshot of the schema yet",
                        "--accept");
        migrator(database).run().expect(ExitCode.OK);
        migrator(database).run("drift").expect(ExitCode.OK);

        database.execute("alter table orders add column by_hand int; create index fast on orders (note)");
        Ended drifted = migrator(database)
                .run("drift")
                .expectPlainAnswer(
                        ExitCode.HISTORY_DIFFERS,
                        database.password(),
                        "2 objects differ from what the last migration left: column public.orders.by_hand added,"
                                + " index public.orders.fast added",
                        "slipway drift --accept");
        assertThat(drifted.output()).contains("+ CREATE INDEX fast ON public.orders USING btree (note)");
        assertThat(migrator(database).run("drift", "--json").output())
                .contains("{\"object\":\"column public.orders.by_hand\",\"what\":\"added\",\"after\":\"integer\"}");

        // A migration in between warns, and hides nothing.
        scripts.with("V2__more.sql", "alter table orders add column more int; drop index fast;");
        Ended second = migrator(database).run().expect(ExitCode.OK);
        assertThat(second.lines("the schema was changed by hand since the last migration"))
                .hasSize(1);
        migrator(database)
                .run("drift")
                .expectPlainAnswer(
                        ExitCode.HISTORY_DIFFERS,
                        database.password(),
                        "1 object differs from what the last migration left: column public.orders.by_hand added");

        migrator(database).run("drift", "--accept").expect(ExitCode.OK);
        migrator(database).run("drift").expect(ExitCode.OK);
    }

    @PostgresTest(onOneMajor = true)
    void everyRunThatChangesTheSchemaKeepsTheSnapshot(TestDatabase database) {
        migrator(database).run().expect(ExitCode.OK);
        scripts.with("V2__half.sql", "create table half (id int); create index concurrently half_id on half (id); x;")
                .with("V2__half.sql.conf", "executeInTransaction=false");
        migrator(database).run().expect(ExitCode.MIGRATION_FAILED);
        migrator(database).run("drift").expect(ExitCode.OK);
        scripts.without("V2__half.sql").without("V2__half.sql.conf");
        migrator(database)
                .run("rollback", "--to", "0", "--confirm", database.name() + "@0", "--no-delay")
                .expect(ExitCode.OK);
        migrator(database).run("drift").expect(ExitCode.OK);
        assertThat(database.rows("select definition from slipway_snapshot where kind = 'history rank'"))
                .containsExactly("0");
    }

    @PostgresTest(onOneMajor = true)
    void aMigrationByAnotherProgramIsNotCalledDrift(TestDatabase database) {
        migrator(database).run().expect(ExitCode.OK);
        scripts.with("V2__by_flyway.sql", "create table by_flyway (id int);");
        PlainFlyway.on(database, scripts).migrate();
        migrator(database)
                .run("drift")
                .expectPlainAnswer(
                        ExitCode.HISTORY_DIFFERS,
                        database.password(),
                        "the snapshot of the schema is of rank 1 of the history, which is at rank 2");
        scripts.with("V3__by_us.sql", "create table by_us (id int);");
        migrator(database).run().expect(ExitCode.OK);
        migrator(database).run("drift").expect(ExitCode.OK);
    }

    @PostgresTest(onOneMajor = true)
    void aRoleThatMayOnlyReadCanLook(TestDatabase database) {
        migrator(database).run().expect(ExitCode.OK);
        database.execute("grant select on flyway_schema_history, slipway_snapshot to public");
        String role = database.name() + "_reader";
        try (var superuser = database.connectAsSuperuser();
                var statement = superuser.createStatement()) {
            statement.execute("create role " + role + " login password 'readers only'");
        } catch (java.sql.SQLException failed) {
            throw new AssertionError(failed);
        }
        Migrator reader = migrator(database).withEnv("PGUSER", role).withEnv("PGPASSWORD", "readers only");
        reader.run("drift").expect(ExitCode.OK);
        database.execute("create table extra (id int)");
        reader.run("drift").expect(ExitCode.HISTORY_DIFFERS);
        reader.run("drift", "--accept").expect(ExitCode.PREFLIGHT_REFUSED);
    }

    private Migrator migrator(TestDatabase database) {
        return Migrator.of(database, scripts, folder);
    }
}
