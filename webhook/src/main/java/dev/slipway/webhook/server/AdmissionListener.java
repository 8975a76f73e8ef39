package dev.slipway.webhook.server;

import dev.slipway.webhook.admission.AdmissionAnswer;
import dev.slipway.webhook.admission.AdmissionHandler;
import dev.slipway.webhook.admission.AdmissionRecord;
import dev.slipway.webhook.admission.Endpoint;
import dev.slipway.webhook.metrics.WebhookMetrics;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One event loop of the {@link AdmissionServer}. A decision takes well below a millisecond, so it runs right here. */
final class AdmissionListener extends VerticleBase {
    private static final long SWEEP_MILLIS = 500;
    private static final String JSON = "application/json";
    private static final String TEXT = "text/plain; charset=utf-8";
    private static final Map<String, Endpoint> ENDPOINTS =
            Map.of("/mutate", Endpoint.MUTATE, "/validate", Endpoint.VALIDATE);
    private static final Map<Integer, String> REASONS = Map.of(
            404, "there is /mutate and /validate",
            405, "expected POST",
            413, "the body is too large",
            415, "expected application/json without a content encoding",
            503, "too many requests at a time");

    private final HttpServerOptions options;
    private final ServerLimits limits;
    private final Budget budget;
    private final AdmissionHandler handler;
    private final WebhookMetrics metrics;
    private final Readiness readiness;
    private final AdmissionObserver observer;
    private final AdmissionReport counters;
    private final Connections connections;
    private @Nullable HttpServer server;

    AdmissionListener(
            HttpServerOptions options,
            ServerLimits limits,
            Budget budget,
            AdmissionHandler handler,
            WebhookMetrics metrics,
            Readiness readiness,
            AdmissionObserver observer) {
        this.options = options;
        this.limits = limits;
        this.budget = budget;
        this.handler = handler;
        this.metrics = metrics;
        this.readiness = readiness;
        this.observer = observer;
        this.counters = new AdmissionReport(metrics);
        this.connections = new Connections(limits);
    }

    @Override
    public Future<?> start() {
        vertx.setPeriodic(
                SWEEP_MILLIS, timer -> connections.overdue(System.nanoTime()).forEach(HttpConnection::close));
        return vertx.createHttpServer(options)
                .connectionHandler(this::connected)
                .requestHandler(this::requested)
                .listen()
                .onSuccess(listening -> server = listening);
    }

    int port() {
        return listening().actualPort();
    }

    Future<Void> shutdown(long timeout, TimeUnit unit) {
        return listening().shutdown(timeout, unit);
    }

    private HttpServer listening() {
        if (server == null) {
            throw new IllegalStateException("the server is not listening");
        }
        return server;
    }

    private void connected(HttpConnection connection) {
        if (connections.opened(connection, System.nanoTime())) {
            connection.closeHandler(closed -> connections.closed(connection));
        } else {
            connection.close();
        }
    }

    private void requested(HttpServerRequest request) {
        HttpConnection connection = request.connection();
        connections.requestStarted(connection);
        var exchange = new Exchange(
                vertx, request, budget, limits, () -> connections.requestEnded(connection, System.nanoTime()));
        Endpoint endpoint = ENDPOINTS.get(request.path());
        if (endpoint == null) {
            refuse(exchange, 404);
        } else if (!HttpMethod.POST.equals(request.method())) {
            refuse(exchange, 405);
        } else if (!isJson(request)) {
            refuse(exchange, 415);
        } else if (announcedLength(request) > limits.maxBody()) {
            refuse(exchange, 413);
        } else if (!exchange.enter()) {
            refuse(exchange, 503);
        } else {
            exchange.readBody(
                    limits.maxBody(), body -> decide(exchange, endpoint, body), status -> refuse(exchange, status));
        }
    }

    private void decide(Exchange exchange, Endpoint endpoint, byte[] body) {
        long started = System.nanoTime();
        AdmissionAnswer answer = handler.answer(endpoint, body);
        if (answer instanceof AdmissionAnswer.Reviewed reviewed) {
            exchange.answer(200, JSON, Buffer.buffer(reviewed.bytes()), readiness.isDraining());
            report(reviewed.admission(), Duration.ofNanos(System.nanoTime() - started));
        } else if (answer instanceof AdmissionAnswer.Unreadable unreadable) {
            metrics.requestRefused(400);
            exchange.answer(400, TEXT, Buffer.buffer(unreadable.problem() + "\n"), readiness.isDraining());
        }
    }

    private void report(AdmissionRecord admission, Duration duration) {
        counters.decided(admission, duration);
        observer.decided(admission, duration);
    }

    /** The connection goes with it: what is left of the body would have to be read before the next request. */
    private void refuse(Exchange exchange, int status) {
        if (status != 404 && status != 405) {
            metrics.requestRefused(status);
        }
        exchange.answer(status, TEXT, Buffer.buffer(REASONS.getOrDefault(status, "refused") + "\n"), true);
    }

    private static boolean isJson(HttpServerRequest request) {
        String type = request.getHeader("content-type");
        String encoding = request.getHeader("content-encoding");
        return type != null
                && type.split(";", 2)[0].strip().equalsIgnoreCase(JSON)
                && (encoding == null || encoding.equalsIgnoreCase("identity"));
    }

    private static long announcedLength(HttpServerRequest request) {
        String length = request.getHeader("content-length");
        try {
            return length == null ? 0 : Long.parseLong(length);
        } catch (NumberFormatException tooLong) {
            return Long.MAX_VALUE;
        }
    }
}
