package dev.slipway.migrator.preflight;

import static dev.slipway.migrator.preflight.PreflightRun.finding;
import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.contract.ExitCode;
import dev.slipway.migrator.report.Terminal;
import dev.slipway.migrator.session.Terminated;
import dev.slipway.testkit.postgres.PostgresServer;
import dev.slipway.testkit.postgres.PostgresTest;
import dev.slipway.testkit.postgres.TestDatabase;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;

/** Databases that cannot be reached, cannot be reached yet, or are not the right server. */
class ReachabilityIT {
    @Test
    void aPortWhereNothingListensIsTriedUntilTheBudgetIsSpent() throws IOException {
        int port;
        try (ServerSocket free = listen()) {
            port = free.getLocalPort();
        }
        PreflightRun run = unreachable(port).with("SLIPWAY_CONNECT_TIMEOUT", "1s");
        PreflightReport report = run.run();
        assertThat(report.exitCode()).isEqualTo(ExitCode.DATABASE_UNREACHABLE);
        assertThat(finding(report, "reachable").seen())
                .isEqualTo("nothing listens on 127.0.0.1:" + port + ": connection refused");
        assertThat(run.progress).singleElement().asString().contains("connection refused; trying again for up to");
    }

    @Test
    void aHostThatAcceptsAndSaysNothingIsATimeout() throws IOException {
        try (ServerSocket silent = listen()) {
            PreflightReport report = unreachable(silent.getLocalPort())
                    .with("SLIPWAY_CONNECT_TIMEOUT", "1s")
                    .run();
            assertThat(report.exitCode()).isEqualTo(ExitCode.DATABASE_UNREACHABLE);
            assertThat(finding(report, "reachable").seen()).endsWith("did not answer within 1 s");
        }
    }

    @Test
    void aProxyWithoutABackendClosesAtOnce() throws IOException {
        try (ServerSocket proxy = listen()) {
            Thread closer = new Thread(() -> acceptAndClose(proxy), "proxy without a backend");
            closer.start();
            PreflightReport report = unreachable(proxy.getLocalPort())
                    .with("PGSSLMODE", "disable")
                    .with("SLIPWAY_CONNECT_TIMEOUT", "1s")
                    .run();
            assertThat(finding(report, "reachable").seen()).endsWith("closed the connection before the session began");
        }
    }

    @Test
    void aHostNameThatDoesNotExistIsNamed() {
        PreflightReport report = unreachable(5432)
                .with("PGHOST", "no..such.host")
                .with("SLIPWAY_CONNECT_TIMEOUT", "1s")
                .run();
        assertThat(finding(report, "reachable").seen()).isEqualTo("the host name no..such.host cannot be resolved");
    }

    @Test
    void sigtermEndsTheWait() throws IOException {
        try (ServerSocket silent = listen()) {
            PreflightRun run = unreachable(silent.getLocalPort()).with("SLIPWAY_CONNECT_TIMEOUT", "10m");
            var terminator = new Thread(run::terminateSoon, "sigterm");
            terminator.start();
            Assertions.assertThatThrownBy(run::run).isInstanceOf(Terminated.class);
        }
    }

    @PostgresTest
    void aFullServerIsWaitedForUntilASlotIsFree(PostgresServer server) throws SQLException {
        try (var full = PostgresServer.start(server.major(), Map.of("max_connections", "6"))) {
            TestDatabase database = full.createDatabase();
            List<Connection> taken = occupy(database, 3);
            PreflightRun run = PreflightRun.of(database).with("SLIPWAY_CONNECT_TIMEOUT", "1s");
            PreflightReport refused = run.run();
            assertThat(refused.exitCode()).isEqualTo(ExitCode.DATABASE_UNREACHABLE);
            assertThat(finding(refused, "reachable").seen()).contains("(53300)");
            assertThat(finding(refused, "reachable").wayOut()).startsWith("all connection slots are taken");

            run.whenWaiting = () -> taken.forEach(ReachabilityIT::close);
            PreflightReport report = run.with("SLIPWAY_CONNECT_TIMEOUT", "60s").run();
            assertThat(report.exitCode()).as(report.toTable(Terminal.NONE)).isEqualTo(ExitCode.OK);
        }
    }

    @PostgresTest
    void theLastFreeSlotIsAWarningAndLeavesThePoolerUnprobed(PostgresServer server) throws SQLException {
        try (var full = PostgresServer.start(server.major(), Map.of("max_connections", "6"))) {
            TestDatabase database = full.createDatabase();
            List<Connection> taken = occupy(database, 2);
            PreflightReport report = PreflightRun.of(database).run();
            assertThat(report.exitCode()).as(report.toTable(Terminal.NONE)).isEqualTo(ExitCode.OK);
            assertThat(finding(report, "connection-slots").verdict()).isEqualTo(Verdict.WARN);
            assertThat(finding(report, "pooler").verdict()).isEqualTo(Verdict.SKIPPED);
            taken.forEach(ReachabilityIT::close);
        }
    }

    @PostgresTest
    void aStandbyIsRefusedAndPassedOverForThePrimary(PostgresServer server) throws IOException {
        TestDatabase primary = server.createDatabase();
        try (var standby = PostgresServer.start(server.major())) {
            standby.becomeStandby();
            Map<String, String> env = Map.of(
                    "PGHOST",
                    "127.0.0.1",
                    "PGPORT",
                    Integer.toString(standby.port()),
                    "PGDATABASE",
                    "postgres",
                    "PGUSER",
                    PostgresServer.SUPERUSER,
                    "PGPASSWORD",
                    standby.superuserPassword());
            PreflightReport report = PreflightRun.of(env).run();
            assertThat(report.exitCode()).as(report.toTable(Terminal.NONE)).isEqualTo(ExitCode.PREFLIGHT_REFUSED);
            assertThat(finding(report, "writable").seen()).startsWith("this server is a standby");

            PreflightReport both = PreflightRun.of(primary)
                    .with("PGHOST", "127.0.0.1,127.0.0.1")
                    .with("PGPORT", standby.port() + "," + server.port())
                    .run();
            assertThat(finding(both, "reachable").verdict())
                    .as(both.toTable(Terminal.NONE))
                    .isEqualTo(Verdict.PASS);
            assertThat(finding(both, "reachable").seen()).startsWith("127.0.0.1:" + server.port() + " answered");
        } finally {
            server.dropDatabase(primary.name());
        }
    }

    /** As the superuser, for whom three of the server's slots are reserved. */
    private static List<Connection> occupy(TestDatabase database, int slots) throws SQLException {
        var taken = new ArrayList<Connection>();
        while (taken.size() < slots) {
            taken.add(database.connectAsSuperuser());
        }
        return taken;
    }

    private static void close(Connection connection) {
        try {
            connection.close();
        } catch (SQLException failed) {
            throw new IllegalStateException(failed);
        }
    }

    private static PreflightRun unreachable(int port) {
        return PreflightRun.of(Map.of(
                "PGHOST", "127.0.0.1",
                "PGPORT", Integer.toString(port),
                "PGDATABASE", "shop",
                "PGUSER", "shop",
                "PGPASSWORD", "geheim"));
    }

    private static ServerSocket listen() throws IOException {
        return new ServerSocket(0, 50, InetAddress.getByAddress(new byte[] {127, 0, 0, 1}));
    }

    private static void acceptAndClose(ServerSocket proxy) {
        try {
            while (true) {
                proxy.accept().close();
            }
        } catch (IOException closed) {
            if (!proxy.isClosed()) {
                throw new UncheckedIOException(closed);
            }
        }
    }
}
