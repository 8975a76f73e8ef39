package dev.slipway.migrator.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.slipway.contract.ExitCode;
import dev.slipway.contract.Setting;
import dev.slipway.testkit.postgres.PostgresTest;
import dev.slipway.testkit.postgres.TestDatabase;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/**
 * The metrics of a run at a real receiver; and receivers that are down, hang, answer slowly or refuse, which stop no
 * run.
 */
class MetricsIT {
    private static final String LABELS =
            "command=\"migrate\",instance=\"\",job=\"slipway\",namespace=\"shop\",outcome=\"%s\",pod=\"api-0\"";

    @TempDir
    private Path folder;

    private Scripts scripts;

    @BeforeEach
    void writeTwoVersions() {
        scripts = Scripts.in(folder)
                .with("V1__orders.sql", "create table orders (id int primary key);")
                .with("V2__note.sql", "alter table orders add column note text;");
    }

    @PostgresTest(onOneMajor = true)
    void thePushGatewayShowsTheLastRunOfEachReplica(TestDatabase database) {
        try (PushGateway gateway = PushGateway.start()) {
            Migrator migrator = migrator(database).with(Setting.PUSH_GATEWAY, gateway.url() + "/");
            migrator.run().expect(ExitCode.OK);
            String labels = LABELS.formatted("applied");
            assertThat(gateway.metrics())
                    .contains(
                            "slipway_run_applied{" + labels + "} 2",
                            "slipway_run_success{" + labels + "} 1",
                            "slipway_run_exit_code{" + labels + "} 0",
                            "slipway_run_waited_seconds{" + labels + "} 0",
                            "slipway_runs_total{" + labels + "} 1",
                            "slipway_schema_info{instance=\"\",job=\"slipway\",namespace=\"shop\",pod=\"api-0\",version=\"2\"} 1")
                    .anyMatch(line ->
                            line.startsWith("slipway_run_duration_seconds{" + labels + "} ") && !line.endsWith(" 0"))
                    .anyMatch(line -> line.startsWith("slipway_run_timestamp_seconds{" + labels + "} 1."));

            migrator.run().expect(ExitCode.OK);
            assertThat(gateway.metrics())
                    .contains("slipway_run_applied{" + LABELS.formatted("up-to-date") + "} 0")
                    .noneMatch(line -> line.contains("outcome=\"applied\""));

            scripts.with("V3__broken.sql", "select 1/0;");
            migrator.run().expect(ExitCode.MIGRATION_FAILED);
            assertThat(gateway.metrics())
                    .contains(
                            "slipway_run_success{" + LABELS.formatted("failed") + "} 0",
                            "slipway_run_exit_code{" + LABELS.formatted("failed") + "} 5");
        }
    }

    @PostgresTest(onOneMajor = true)
    void anOtlpReceiverGetsThemOnceWithTheirResource(TestDatabase database) throws IOException {
        var received = new CopyOnWriteArrayList<String>();
        HttpServer receiver = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        receiver.createContext("/v1/metrics", exchange -> {
            String type = exchange.getRequestHeaders().getFirst("Content-Type");
            byte[] body = exchange.getRequestBody().readAllBytes();
            received.add(type + " " + new String(body, StandardCharsets.UTF_8));
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
        });
        receiver.start();
        try {
            String url = "http://127.0.0.1:" + receiver.getAddress().getPort() + "/v1/metrics";
            Ended ended =
                    migrator(database).with(Setting.OTLP_ENDPOINT, url).run().expect(ExitCode.OK);
            assertThat(ended.process().stderr()).isEmpty();
            assertThat(ended.lines("cannot push metrics")).isEmpty();
        } finally {
            receiver.stop(0);
        }
        assertThat(received)
                .singleElement()
                .asString()
                .startsWith("application/x-protobuf")
                .contains(
                        "service.name",
                        "k8s.pod.name",
                        "api-0",
                        "k8s.namespace.name",
                        "slipway.run.duration.seconds",
                        "slipway.run.waited.seconds",
                        "slipway.run.applied",
                        "slipway.run.success",
                        "slipway.run.exit.code",
                        "slipway.run.timestamp.seconds",
                        "slipway.runs",
                        "slipway.schema.info");
    }

    @PostgresTest(onOneMajor = true)
    void aReceiverThatIsAwayIsAWarning(TestDatabase database) throws IOException {
        int port;
        try (ServerSocket closed = listen()) {
            port = closed.getLocalPort();
        }
        Ended ended = toBoth(database, port).run().expect(ExitCode.OK);
        assertThat(ended.lines("cannot push metrics")).hasSize(2).allMatch(line -> line.contains("refused"));
        assertThat(ended.process().stderr()).isEmpty();
        assertThat(History.applied(database)).containsExactly("1", "2");
    }

    @PostgresTest(onOneMajor = true)
    void aReceiverThatRefusesIsAWarning(TestDatabase database) throws IOException {
        HttpServer receiver = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        receiver.createContext("/", exchange -> {
            exchange.getRequestBody().readAllBytes();
            exchange.sendResponseHeaders(500, -1);
            exchange.close();
        });
        receiver.start();
        try {
            Ended ended =
                    toBoth(database, receiver.getAddress().getPort()).run().expect(ExitCode.OK);
            assertThat(ended.output()).contains("the push gateway refused the metrics", "\"status\":500");
            assertThat(ended.lines("cannot push metrics")).hasSize(1);
            assertThat(ended.process().stderr()).isEmpty();
        } finally {
            receiver.stop(0);
        }
    }

    @PostgresTest(onOneMajor = true)
    void aReceiverThatHangsOrDripsForEverHoldsNoReplicaUp(TestDatabase database) throws IOException {
        for (boolean drips : List.of(false, true)) {
            try (ServerSocket receiver = listen()) {
                var thread = new Thread(() -> acceptAndNeverEnd(receiver, drips));
                thread.setDaemon(true);
                thread.start();
                Ended ended = toBoth(database, receiver.getLocalPort()).run().expect(ExitCode.OK);
                assertThat(ended.lines("cannot push metrics")).isNotEmpty();
                assertThat(ended.process().stderr()).isEmpty();
            }
        }
    }

    /** A byte from time to time prevents every read timeout. */
    private static void acceptAndNeverEnd(ServerSocket receiver, boolean drips) {
        try {
            while (!receiver.isClosed()) {
                Socket socket = receiver.accept();
                var thread = new Thread(() -> drip(socket, drips));
                thread.setDaemon(true);
                thread.start();
            }
        } catch (IOException closed) {
            // The test is over.
        }
    }

    private static void drip(Socket socket, boolean drips) {
        try (socket;
                OutputStream out = socket.getOutputStream()) {
            if (drips) {
                out.write("HTTP/1.1 200 OK\r\nX-Slow: ".getBytes(StandardCharsets.US_ASCII));
            }
            while (true) {
                if (drips) {
                    out.write('x');
                    out.flush();
                }
                Eventually.sleep(Duration.ofMillis(200));
            }
        } catch (IOException gone) {
            // The migrator has ended.
        }
    }

    private Migrator toBoth(TestDatabase database, int port) {
        return migrator(database)
                .with(Setting.PUSH_GATEWAY, "http://127.0.0.1:" + port)
                .with(Setting.OTLP_ENDPOINT, "http://127.0.0.1:" + port + "/v1/metrics");
    }

    private Migrator migrator(TestDatabase database) {
        return Migrator.of(database, scripts, folder);
    }

    private static ServerSocket listen() throws IOException {
        return new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
    }
}
