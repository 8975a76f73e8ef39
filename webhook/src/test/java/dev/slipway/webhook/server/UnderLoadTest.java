package dev.slipway.webhook.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.testkit.attack.Http1;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class UnderLoadTest {
    private static final int CLIENTS = 4;

    @Test
    void certificatesAreSwappedWithoutAFailedRequest() throws Exception {
        try (var server = new RunningServer(RunningServer.GENEROUS);
                var persistent = server.socket();
                var load = new ReviewLoad(CLIENTS, server)) {
            X509Certificate first = leafOf(server);
            for (int swap = 0; swap < 10; swap++) {
                load.awaitMore(20);
                server.issue();
                X509Certificate current = server.certificate.leaf().orElseThrow();
                assertThat(leafOf(server)).isEqualTo(current).isNotEqualTo(first);
            }
            persistent.getOutputStream().write(RunningServer.http1("still-open"));

            assertThat(Http1.readResponse(persistent.getInputStream())).contains("still-open");
            assertThat(load.stopAndGetFailures()).isEmpty();
        }
    }

    /** As a rolling update does it: the new replica is ready first, then the old one drains and ends. */
    @Test
    void replicasAreReplacedWithoutAFailedRequest() throws Exception {
        RunningServer current = new RunningServer(RunningServer.GENEROUS);
        try (var load = new ReviewLoad(CLIENTS, current)) {
            for (int replacement = 0; replacement < 3; replacement++) {
                load.awaitMore(50);
                RunningServer old = current;
                current = new RunningServer(RunningServer.GENEROUS);
                old.readiness.drain();
                assertThat(old.management("/readyz")).startsWith("503 draining");
                load.awaitMore(20);
                load.sendTo(current);
                load.awaitMore(50);
                old.server.stop(Duration.ofSeconds(5)).await();
                old.close();
            }
            load.awaitMore(50);

            assertThat(load.stopAndGetFailures()).isEmpty();
        } finally {
            current.close();
        }
    }

    @Test
    void aRequestInFlightIsFinishedWhileTheServerStops() throws Exception {
        try (var server = new RunningServer(RunningServer.GENEROUS);
                var socket = server.socket()) {
            byte[] request = RunningServer.http1("in-flight");
            socket.getOutputStream().write(request, 0, request.length - 10);
            socket.getOutputStream().flush();
            while (!server.management("/metrics").contains("slipway_webhook_requests_in_flight 1")) {
                Thread.sleep(10);
            }
            server.readiness.drain();
            var stopped = server.server.stop(Duration.ofSeconds(30));

            socket.getOutputStream().write(request, request.length - 10, 10);

            assertThat(Http1.readResponse(socket.getInputStream()))
                    .containsIgnoringCase("connection: close")
                    .contains("in-flight");
            assertThat(socket.getInputStream().read()).isEqualTo(-1);
            stopped.await();
        }
    }

    @Test
    void anHttp2ClientIsToldToGoWhenTheServerDrains() throws Exception {
        Vertx vertx = Vertx.vertx();
        try (var server = new RunningServer(RunningServer.GENEROUS)) {
            var connections = new ConcurrentLinkedQueue<HttpConnection>();
            var closed = new CompletableFuture<Void>();
            io.vertx.core.http.HttpClient client = vertx.httpClientBuilder()
                    .with(new HttpClientOptions()
                            .setProtocolVersion(HttpVersion.HTTP_2)
                            .setUseAlpn(true)
                            .setSsl(true)
                            .setTrustAll(true)
                            .setVerifyHost(false))
                    // Before the first request: a handler set on a connection that has ended is never called.
                    .withConnectHandler(connection -> {
                        connections.add(connection);
                        connection.closeHandler(closed::complete);
                    })
                    .build();
            post(client, server, "before");
            post(client, server, "before");
            assertThat(connections).hasSize(1);
            server.readiness.drain();
            post(client, server, "last-of-its-connection");
            closed.get(60, TimeUnit.SECONDS);

            post(client, server, "on-a-new-connection");

            assertThat(connections).hasSize(2);
        } finally {
            vertx.close().await();
        }
    }

    private static void post(io.vertx.core.http.HttpClient client, RunningServer server, String uid) {
        Buffer answer = client.request(HttpMethod.POST, server.server.port(), "localhost", "/mutate")
                .compose(request -> request.putHeader("content-type", "application/json")
                        .send(RunningServer.reviewOf(uid))
                        .compose(HttpClientResponse::body))
                .await();
        assertThat(answer.toString()).contains(uid);
    }

    private static X509Certificate leafOf(RunningServer server) throws Exception {
        try (var socket = server.socket()) {
            return (X509Certificate) socket.getSession().getPeerCertificates()[0];
        }
    }
}
