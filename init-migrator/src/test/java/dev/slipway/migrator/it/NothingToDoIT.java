package dev.slipway.migrator.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.contract.ExitCode;
import dev.slipway.testkit.postgres.PostgresTest;
import dev.slipway.testkit.postgres.TestDatabase;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/**
 * With nothing pending a pod starts, whatever a migration would need: its pre-flight looks no further than migrate
 * does.
 */
class NothingToDoIT {
    @TempDir
    private Path folder;

    private Scripts scripts;

    @BeforeEach
    void writeOne() {
        scripts = Scripts.in(folder).with("V1__orders.sql", "create table orders (id int primary key);");
    }

    @PostgresTest(onOneMajor = true)
    void aServerThatTakesNoWritesIsNoHindrance(TestDatabase database) {
        migrator(database).run().expect(ExitCode.OK);
        Migrator readOnly = migrator(database).withEnv("PGOPTIONS", "-c default_transaction_read_only=on");
        expectStarts(readOnly);
        scripts.with("V2__more.sql", "create table more (id int);");
        expectRefused(readOnly, "default_transaction_read_only is on");
    }

    @PostgresTest(onOneMajor = true)
    void aRoleThatMayOnlyReadAndWriteRowsIsNoHindrance(TestDatabase database) {
        migrator(database).run().expect(ExitCode.OK);
        String role = "dml_" + database.name();
        database.server().execute("create role " + role + " login password 'geheim'");
        database.execute("grant select on flyway_schema_history, slipway_run to " + role);
        Migrator asAnother = migrator(database).withEnv("PGUSER", role).withEnv("PGPASSWORD", "geheim");
        expectStarts(asAnother);
        scripts.with("V2__more.sql", "create table more (id int);");
        expectRefused(asAnother, "lacks privileges that a migration needs");
        database.execute("revoke all on flyway_schema_history, slipway_run from " + role);
        database.server().execute("drop role " + role);
    }

    /** In a pod, one look and nothing else; elsewhere all checks, and what only a migration needs is a warning. */
    private static void expectStarts(Migrator migrator) {
        for (List<String> arguments :
                List.of(List.of("migrate"), List.of("preflight"), List.of("migrate", "--preflight"))) {
            Ended ended = migrator.run(arguments.toArray(String[]::new)).expect(ExitCode.OK);
            assertThat(ended.message())
                    .contains("nothing to do; schema is at version 1")
                    .contains("\"outcome\":\"" + (arguments.get(0).equals("migrate") ? "up-to-date" : "checked"));
            assertThat(ended.lines("\"check\"")).isEmpty();
        }
        assertThat(migrator.runByHand("preflight").expect(ExitCode.OK).output())
                .contains("it stops no pod yet", "dead-client-detection");
    }

    private static void expectRefused(Migrator migrator, String reason) {
        for (List<String> arguments : List.of(List.of("preflight"), List.of("migrate", "--preflight"))) {
            assertThat(migrator.run(arguments.toArray(String[]::new))
                            .expect(ExitCode.PREFLIGHT_REFUSED)
                            .message())
                    .contains(reason);
        }
    }

    private Migrator migrator(TestDatabase database) {
        return Migrator.of(database, scripts, folder);
    }
}
