package dev.slipway.migrator.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.contract.ExitCode;
import dev.slipway.migrator.preflight.PgBouncer;
import dev.slipway.testkit.postgres.PostgresTest;
import dev.slipway.testkit.postgres.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A real PgBouncer: behind transaction pooling a session lock protects nothing, so no run may migrate through it. */
class TransactionPoolerIT {
    @TempDir
    private Path folder;

    private Path poolerFolder;

    @BeforeEach
    void letPgBouncerIn() throws IOException {
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        poolerFolder = Files.createDirectory(folder.resolve("pooler"));
        Files.setPosixFilePermissions(poolerFolder, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    @PostgresTest
    void transactionModeIsRefusedWithTheWayOutAndKeepsNothing(TestDatabase database) throws IOException {
        try (var pooler = PgBouncer.start(database, "transaction", poolerFolder)) {
            through(pooler, database)
                    .run()
                    .expectPlainAnswer(
                            ExitCode.PREFLIGHT_REFUSED,
                            database.password(),
                            "is a transaction pooler",
                            "name the database itself in DIRECT_URL");
            assertThat(database.rows("select 1 from pg_locks where locktype = 'advisory' and database ="
                            + " (select oid from pg_database where datname = current_database())"))
                    .as("locks that the pooler would keep for others")
                    .isEmpty();
            assertThat(database.rows("select tablename from pg_tables where schemaname = 'public'"))
                    .isEmpty();
        }
    }

    @PostgresTest(onOneMajor = true)
    void theDirectUrlLeadsAroundThePooler(TestDatabase database) throws IOException {
        try (var pooler = PgBouncer.start(database, "transaction", poolerFolder)) {
            through(pooler, database)
                    .withEnv("DIRECT_URL", database.url())
                    .run()
                    .expect(ExitCode.OK);
            assertThat(History.applied(database)).containsExactly("1");
        }
    }

    @PostgresTest(onOneMajor = true)
    void sessionModeKeepsTheLockForItsSession(TestDatabase database) throws IOException {
        try (var pooler = PgBouncer.start(database, "session", poolerFolder);
                var replicas = new Replicas(through(pooler, database))) {
            List<Replica> three = replicas.start(3);
            assertThat(three).hasSize(3);
            replicas.awaitAll();
            assertThat(History.applied(database)).containsExactly("1");
        }
    }

    private Migrator through(PgBouncer pooler, TestDatabase database) {
        Scripts scripts =
                Scripts.in(folder).with("V1__orders.sql", "create table orders (id int); select pg_sleep(0.5);");
        return Migrator.of(database, scripts, folder)
                .withEnv("PGPORT", pooler.env().getOrDefault("PGPORT", ""));
    }
}
