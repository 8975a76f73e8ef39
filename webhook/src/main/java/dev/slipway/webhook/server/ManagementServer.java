package dev.slipway.webhook.server;

import dev.slipway.webhook.metrics.WebhookMetrics;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** {@code /livez}, {@code /readyz} and {@code /metrics} in plain HTTP, on a port of their own. */
public final class ManagementServer {
    private final ListenAddress address;
    private final HttpServer server;
    private final WebhookMetrics metrics;
    private final HealthChecks liveness;
    private final Readiness readiness;

    /**
     * @param vertx best one that serves nothing else: a probe that waits for a review says nothing
     * @param liveness what only a new process can put right
     */
    public ManagementServer(
            Vertx vertx, ListenAddress address, WebhookMetrics metrics, HealthChecks liveness, Readiness readiness) {
        this.address = address;
        this.metrics = metrics;
        this.liveness = liveness;
        this.readiness = readiness;
        this.server = vertx.createHttpServer(options(address)).requestHandler(this::requested);
        metrics.observeReady(readiness::isReady);
    }

    /** Completes when the port is open. */
    public Future<Void> start() {
        return address.named(server.listen()).mapEmpty();
    }

    /** The port that is open; for tests that asked for any. */
    public int port() {
        return server.actualPort();
    }

    public Future<Void> stop(Duration within) {
        return server.shutdown(within.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void requested(HttpServerRequest request) {
        HttpServerResponse response = request.response().putHeader("content-type", "text/plain; charset=utf-8");
        switch (request.path()) {
            case "/livez" -> answer(response, liveness.problems());
            case "/readyz" -> answer(response, readiness.problems());
            case "/metrics" ->
                response.putHeader("content-type", "text/plain; version=0.0.4; charset=utf-8")
                        .end(metrics.scrape());
            default -> response.setStatusCode(404).end("there is /livez, /readyz and /metrics\n");
        }
    }

    private static void answer(HttpServerResponse response, Map<String, String> problems) {
        if (problems.isEmpty()) {
            response.end("ok\n");
        } else {
            var text = new StringBuilder();
            problems.forEach((name, problem) ->
                    text.append(name).append(": ").append(problem).append('\n'));
            response.setStatusCode(503).end(text.toString());
        }
    }

    private static HttpServerOptions options(ListenAddress address) {
        return new HttpServerOptions()
                .setHost(address.host())
                .setPort(address.port())
                .setIdleTimeout(60);
    }
}
