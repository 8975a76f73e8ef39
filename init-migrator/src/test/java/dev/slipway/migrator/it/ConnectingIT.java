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
