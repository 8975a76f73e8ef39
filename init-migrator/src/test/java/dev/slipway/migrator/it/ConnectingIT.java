package dev.slipway.migrator.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.slipway.contract.ExitCode;
import dev.slipway.contract.Setting;
import dev.slipway.testkit.postgres.Major;
import dev.slipway.testkit.postgres.PostgresServer;
import dev.slipway.testkit.postgres.PostgresTest;
import dev.slipway.testkit.postgres.TestDatabase;
import dev.slipway.testkit.process.Signal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.ServerSocket;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which server a run reaches, and as whom, each time it connects. */
class ConnectingIT {
    @TempDir
    private Path folder;

    @PostgresTest(onOneMajor = true)
    void ofSeveralHostsThePrimaryIsMigrated(TestDatabase primary) throws IOException {
        try (PostgresServer standby = PostgresServer.start(primary.server().major())) {
            standby.execute("alter role app password '" + primary.password() + "'");
            standby.execute("create database " + primary.name() + " owner app");
            standby.becomeStandby();
            migrator(primary)
                    .withEnv("PGHOST", "127.0.0.1,127.0.0.1")
                    .withEnv("PGPORT", standby.port() + "," + primary.server().port())
                    .run()
                    .expect(ExitCode.OK);
            assertThat(History.applied(primary)).containsExactly("1");

            migrator(primary)
                    .withEnv("PGPORT", Integer.toString(standby.port()))
                    .run()
                    .expectPlainAnswer(ExitCode.PREFLIGHT_REFUSED, primary.password(), "name the primary");
        }
    }

    /** The files are read while it connects. */
    @PostgresTest(onOneMajor = true)
    void whereTheFilesAreBadNobodyWaitsForAServerThatSaysNothing(TestDatabase database) throws IOException {
        try (var silent = new ServerSocket(0, 50, InetAddress.getByAddress(new byte[] {127, 0, 0, 1}))) {
            Migrator migrator = migrator(database)
                    .withEnv("PGPORT", Integer.toString(silent.getLocalPort()))
                    .with(Setting.CONNECT_TIMEOUT, "30m");
            Scripts.in(folder).with("V2_one_underscore.sql", "select 1;");

            migrator.run().expectPlainAnswer(ExitCode.USAGE, database.password(), "V2_one_underscore.sql");
        }
    }

    @Test
    void aServerOnIpv6IsReached() throws SocketException {
        assumeTrue(hasIpv6Loopback(), "this machine has no ::1");
        try (PostgresServer server = PostgresServer.start(Major.NEWEST, Map.of("listen_addresses", "127.0.0.1,::1"))) {
            TestDatabase database = server.createDatabase();
            String url = "postgres://app:" + database.password() + "@[::1]:" + server.port() + "/" + database.name();
            migrator(database)
                    .withoutEnv("PGHOST", "PGPORT", "PGDATABASE", "PGUSER", "PGPASSWORD")
                    .withEnv("DATABASE_URL", url)
                    .run()
                    .expect(ExitCode.OK);
            assertThat(History.applied(database)).containsExactly("1");
        }
    }

    @PostgresTest(onOneMajor = true)
    void aPasswordThatRotatesWhileAReplicaWaitsIsReadAgain(TestDatabase database) throws IOException {
        String role = "rotating_" + database.name();
        database.server().execute("create role " + role + " login password 'first'");
        database.server().execute("grant " + role + " to app");
        database.execute("grant create, usage on schema public to " + role);
        Path secret = Files.createDirectory(folder.resolve("secret"));
        Files.writeString(secret.resolve("PGPASSWORD"), "first");
        Scripts scripts = Scripts.in(folder).with("V1__slow.sql", "select pg_advisory_xact_lock(7);");
        Migrator migrator = Migrator.of(database, scripts, folder)
                .withoutEnv("PGPASSWORD")
                .withEnv("PGUSER", role)
                .with(Setting.DATABASE_DIR, secret.toString())
                .with(Setting.LOCK_TIMEOUT, "0");
        try (var replicas = new Replicas(migrator)) {
            OldTransaction.that(database, "select pg_advisory_xact_lock(7)").during(() -> {
                replicas.start();
                Eventually.runs(database, "select pg_advisory_xact_lock(7)");
                Replica waiter = replicas.start();
                waiter.awaitLine("waiting for another replica");
                // Frozen, so that it does not connect between the two changes.
                waiter.signal(Signal.STOP);
                database.server().execute("alter role " + role + " password 'second'");
                replace(secret.resolve("PGPASSWORD"), "second");
                waiter.signal(Signal.CONT);
            });
            replicas.awaitAll().forEach(ended -> assertThat(ended.output()).doesNotContain("first", "second"));
        } finally {
            database.execute("drop owned by " + role);
            database.server().execute("drop role if exists " + role);
        }
    }

    /** Of either driver: the first run migrates, the second makes all checks of a pre-flight. */
    @PostgresTest(onOneMajor = true)
    void aServerThatIsCorrectedInTheSecretIsReachedAtOnce(TestDatabase database) throws IOException {
        Path secret = Files.createDirectory(folder.resolve("secret"));
        String right = database.url();
        String wrong = right.replaceFirst("@127[^/]*/[^?]*", "@127.0.0.1:1/no_such_database");
        Path url = Files.writeString(secret.resolve("DATABASE_URL"), wrong);
        Migrator migrator = fromSecret(database, secret).with(Setting.CONNECT_TIMEOUT, "30m");
        try (Replica migrates = migrator.start("api-0");
                Replica checks = migrator.start("api-1", "preflight", "--json")) {
            migrates.awaitLine("database not reachable yet");
            checks.awaitLine("waiting for the database");
            replace(url, right.replaceFirst("://", ":/"));
            migrates.awaitLine("cannot be used at the moment");
            long corrected = System.nanoTime();
            replace(url, right);
            migrates.awaitEnd().expect(ExitCode.OK);
            checks.awaitEnd().expect(ExitCode.OK);
            assertThat(Duration.ofNanos(System.nanoTime() - corrected)).isLessThan(Duration.ofMinutes(1));
        }
        assertThat(History.applied(database)).containsExactly("1");
    }

    /** What it has read, checked and applied is true of the first database only. */
    @PostgresTest(onOneMajor = true)
    void aRunDoesNotGoOnInAnotherDatabase(TestDatabase database) throws IOException {
        TestDatabase other = database.server().createDatabase();
        Path secret = Files.createDirectory(folder.resolve("secret"));
        Path url = Files.writeString(secret.resolve("DATABASE_URL"), database.url());
        Scripts.in(folder).with("V2__slow.sql", "select pg_advisory_xact_lock(7);");
        Migrator migrator = fromSecret(database, secret).with(Setting.LOCK_TIMEOUT, "0");
        try (Replica holder = migrator.start("api-0")) {
            OldTransaction.that(database, "select pg_advisory_xact_lock(7)").during(() -> {
                Eventually.runs(database, "select pg_advisory_xact_lock(7)");
                try (Replica waiter = migrator.start("api-1")) {
                    waiter.awaitLine("waiting for another replica");
                    replace(url, other.url());
                    database.server()
                            .execute("select pg_terminate_backend(pid) from pg_stat_activity where"
                                    + " application_name = '" + holder.applicationName() + "'");
                    for (Replica each : List.of(waiter, holder)) {
                        each.awaitEnd()
                                .expectPlainAnswer(
                                        ExitCode.DATABASE_UNREACHABLE,
                                        database.password(),
                                        "this run began with",
                                        "/" + database.name(),
                                        "/" + other.name(),
                                        "a new run begins with the new database");
                    }
                }
            });
        }
        assertThat(History.applied(database)).containsExactly("1");
        assertThat(other.rows("select 1 from pg_tables where schemaname = 'public'"))
                .isEmpty();
    }

    private Migrator fromSecret(TestDatabase database, Path secret) {
        return migrator(database)
                .withoutEnv("PGHOST", "PGPORT", "PGDATABASE", "PGUSER", "PGPASSWORD")
                .with(Setting.DATABASE_DIR, secret.toString());
    }

    private static void replace(Path file, String text) {
        try {
            Files.writeString(file, text);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static boolean hasIpv6Loopback() throws SocketException {
        return NetworkInterface.networkInterfaces()
                .flatMap(NetworkInterface::inetAddresses)
                .anyMatch(address -> address.getAddress().length == 16 && address.isLoopbackAddress());
    }

    private Migrator migrator(TestDatabase database) {
        return Migrator.of(
                database, Scripts.in(folder).with("V1__orders.sql", "create table orders (id int);"), folder);
    }
}
