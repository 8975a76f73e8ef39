package dev.slipway.migrator.it;

import dev.slipway.testkit.process.Prerequisite;
import dev.slipway.testkit.process.Program;
import dev.slipway.testkit.process.RunningProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A real Prometheus push gateway on loopback; it ends with {@link #close}. */
final class PushGateway implements AutoCloseable {
    private static final List<Path> PLACES = List.of(
            Path.of("/usr/bin/prometheus-pushgateway"),
            Path.of("/usr/local/bin/pushgateway"),
            Path.of("/opt/homebrew/bin/pushgateway"));

    private final HttpClient client = HttpClient.newHttpClient();
    private final RunningProcess process;
    private final String url;

    private PushGateway(RunningProcess process, int port) {
        this.process = process;
        this.url = "http://127.0.0.1:" + port;
    }

    static PushGateway start() {
        int port = freePort();
        RunningProcess process = Program.of(program().toString(), "--web.listen-address=127.0.0.1:" + port)
                .start();
        var gateway = new PushGateway(process, port);
        Eventually.that("the start of the push gateway", gateway::isReady);
        return gateway;
    }

    String url() {
        return url;
    }

    /** Slipway's metrics as Prometheus would scrape them, without the help lines. */
    List<String> metrics() {
        return get("/metrics")
                .lines()
                .filter(line -> line.startsWith("slipway_"))
                .toList();
    }

    @Override
    public void close() {
        process.close();
    }

    private boolean isReady() {
        try {
            return get("/-/ready").contains("OK");
        } catch (UncheckedIOException notYet) {
            return false;
        }
    }

    private String get(String path) {
        try {
            return client.send(
                            HttpRequest.newBuilder(URI.create(url + path)).build(),
                            HttpResponse.BodyHandlers.ofString())
                    .body();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", interrupted);
        }
    }

    private static Path program() {
        for (Path place : PLACES) {
            if (Files.isExecutable(place)) {
                return place;
            }
        }
        throw Prerequisite.missing(
                "the push gateway is missing; install it with: apt-get install prometheus-pushgateway");
    }

    private static int freePort() {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
