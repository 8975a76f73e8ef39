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
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One event loop of the {@link AdmissionServer}. A pod of usual size is decided right here, in well below a
 * millisecond; larger ones are decided by {@link LargeReviews}.
 */
final class AdmissionListener extends VerticleBase implements Exchange.Listener {
    private static final long SWEEP_MILLIS = 500;
    /** The most expensive body of this size takes a few milliseconds, and a few megabytes. */
    private static final int DECIDED_AT_ONCE = 64 * 1024;
    /** Longer than any pause of a machine that still works. */
    private static final Duration STUCK = Duration.ofSeconds(20);

    private static final String JSON = "application/json";
    private static final String TEXT = "text/plain; charset=utf-8";
    private static final Map<String, Endpoint> ENDPOINTS =
            Map.of("/mutate", Endpoint.MUTATE, "/validate", Endpoint.VALIDATE);
    private static final Map<Integer, String> REASONS = Map.of(
            403, "expected a client certificate of the API server",
            404, "there is /mutate and /validate",
            405, "expected POST",
            408, "the body comes too slowly",
            413, "the body is too large",
            415, "expected application/json without a content encoding",
            503, "too many requests at a time");

    private final HttpServerOptions options;
    private final ServerParts parts;
    private final ServerLimits limits;
    private final AdmissionHandler handler;
    private final WebhookMetrics metrics;
    private final AdmissionReport counters;
    private final Map<HttpConnection, Connections.Entry> connections = new HashMap<>();
    private final Set<Exchange> exchanges = new LinkedHashSet<>();
    private volatile long lastBeat = System.nanoTime();
    private @Nullable HttpServer server;

    AdmissionListener(HttpServerOptions options, ServerParts parts) {
        this.options = options;
        this.parts = parts;
        this.limits = parts.limits();
        this.handler = parts.handler();
        this.metrics = parts.metrics();
        this.counters = new AdmissionReport(metrics);
    }

    @Override
    public Future<?> start() {
        vertx.setPeriodic(SWEEP_MILLIS, timer -> sweep());
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

    /** Says that this event loop is stuck; empty if it is not. Any thread may ask. */
    Optional<String> problem() {
        Duration since = Duration.ofNanos(System.nanoTime() - lastBeat);
        return since.compareTo(STUCK) <= 0
                ? Optional.empty()
                : Optional.of("an event loop of the admission port has not moved for " + since.toSeconds() + " s");
    }

    private HttpServer listening() {
        if (server == null) {
            throw new IllegalStateException("the server is not listening");
        }
        return server;
    }

    private void sweep() {
        long now = System.nanoTime();
        lastBeat = now;
        parts.connections().closeOverdue(this, now);
        exchanges.stream()
                .filter(exchange -> exchange.isTooSlow(now))
                .toList()
                .forEach(exchange -> refuse(exchange, 408));
    }

    private void connected(HttpConnection connection) {
        connections.put(connection, parts.connections().secured(connection, this, limits));
        connection.closeHandler(closed -> {
            connections.remove(connection);
            parts.connections().closed(connection);
        });
    }

    private Connections.Entry entry(HttpConnection connection) {
        // A request may come with the last bytes of a connection that is closed already.
        Connections.Entry entry = connections.get(connection);
        return entry != null ? entry : parts.connections().secured(connection, this, limits);
    }

    private void requested(HttpServerRequest request) {
        Connections.Entry connection = entry(request.connection());
        var exchange = new Exchange(vertx, request, connection, parts.holdings(), limits, this);
        exchanges.add(exchange);
        parts.inFlight().incrementAndGet();
        int atATime = parts.connections().requestStarted(connection);
        exchange.start();
        if (atATime > AdmissionServer.MAX_STREAMS) {
            // HTTP/2 limits only clients that have acknowledged the limit.
            request.connection().close();
            return;
        }
        Endpoint endpoint = ENDPOINTS.get(request.path());
        if (endpoint == null) {
            refuse(exchange, 404);
        } else if (!HttpMethod.POST.equals(request.method())) {
            refuse(exchange, 405);
        } else if (!parts.clients().admit(request.connection())) {
            refuse(exchange, 403);
        } else if (!isJson(request)) {
            refuse(exchange, 415);
        } else if (announcedLength(request) > limits.maxBody()) {
            refuse(exchange, 413);
        } else {
            exchange.readBody(
                    limits.maxBody(), body -> decide(exchange, endpoint, body), status -> refuse(exchange, status));
        }
    }

    @Override
    public void whole(Exchange exchange) {
        parts.connections().requestWhole(exchange.connection());
    }

    @Override
    public void gaveWay(Exchange exchange) {
        refuse(exchange, 503);
    }

    @Override
    public void over(Exchange exchange) {
        exchanges.remove(exchange);
        parts.inFlight().decrementAndGet();
        parts.connections().requestEnded(exchange.connection(), exchange.isWhole(), limits);
    }

    private void decide(Exchange exchange, Endpoint endpoint, byte[] body) {
        long whole = System.nanoTime();
        if (body.length <= DECIDED_AT_ONCE) {
            Answer answer = answer(endpoint, body);
            give(exchange, answer);
            report(answer, whole);
            return;
        }
        parts.large()
                .submit(new LargeReviews.Review(
                        exchange.source(),
                        exchange.connection(),
                        body.length,
                        handler.limits().mostMemory(body.length),
                        () -> decideLarge(exchange, endpoint, body, whole),
                        () -> exchange.onEventLoop(() -> refuse(exchange, 503))));
    }

    /** On a thread of {@link LargeReviews}. */
    private void decideLarge(Exchange exchange, Endpoint endpoint, byte[] body, long whole) {
        if (!exchange.isOver()) {
            Answer answer = answer(endpoint, body);
            exchange.onEventLoop(() -> give(exchange, answer));
            report(answer, whole);
        }
    }

    private record Answer(int status, Buffer content, Optional<AdmissionRecord> admission) {}

    private Answer answer(Endpoint endpoint, byte[] body) {
        AdmissionAnswer answer = handler.answer(endpoint, body);
        if (answer instanceof AdmissionAnswer.Reviewed reviewed) {
            return new Answer(200, Buffer.buffer(reviewed.bytes()), Optional.of(reviewed.admission()));
        }
        return answer instanceof AdmissionAnswer.TooLarge tooLarge
                ? new Answer(413, Buffer.buffer(tooLarge.problem() + "\n"), Optional.empty())
                : new Answer(
                        400, Buffer.buffer(((AdmissionAnswer.Unreadable) answer).problem() + "\n"), Optional.empty());
    }

    private void give(Exchange exchange, Answer answer) {
        String type = answer.status() == 200 ? JSON : TEXT;
        exchange.answer(
                answer.status(), type, answer.content(), parts.readiness().isDraining());
    }

    private void report(Answer answer, long whole) {
        Duration duration = Duration.ofNanos(System.nanoTime() - whole);
        answer.admission().ifPresent(admission -> {
            counters.decided(admission, duration);
            parts.observer().decided(admission, duration);
        });
        if (answer.admission().isEmpty()) {
            metrics.requestRefused(answer.status());
        }
    }

    /** The connection goes with it: what is left of the body would have to be read before the next request. */
    private void refuse(Exchange exchange, int status) {
        if (status != 404 && status != 405) {
            metrics.requestRefused(status);
        }
        boolean last = !exchange.isWhole() || parts.readiness().isDraining();
        exchange.answer(status, TEXT, Buffer.buffer(REASONS.getOrDefault(status, "refused") + "\n"), last);
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
