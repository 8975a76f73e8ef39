package dev.slipway.webhook.server;

import dev.slipway.webhook.admission.AdmissionHandler;
import dev.slipway.webhook.metrics.WebhookMetrics;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.Http2Settings;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.KeyCertOptions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/** {@code /mutate} and {@code /validate} over TLS, on several event loops that share one port. */
public final class AdmissionServer {
    /** Of one connection; an API server opens another one when it needs more. */
    static final int MAX_STREAMS = 100;

    private static final int MAX_HEADERS = 16 * 1024;

    private final Vertx vertx;
    private final ListenAddress address;
    private final HttpServerOptions options;
    private final ServerParts parts;
    private final List<AdmissionListener> listeners = new CopyOnWriteArrayList<>();

    /**
     * Logs and counts every decision.
     *
     * @param connections those that the {@link GuardedTransport} of this Vert.x counts
     */
    public AdmissionServer(
            Vertx vertx,
            ListenAddress address,
            ServingCertificate certificate,
            ClientCertificates clients,
            ServerLimits limits,
            Connections connections,
            AdmissionHandler handler,
            WebhookMetrics metrics,
            Readiness readiness) {
        this(
                vertx,
                address,
                certificate,
                clients,
                limits,
                connections,
                handler,
                metrics,
                readiness,
                new AdmissionLog());
    }

    /** @param observer receives every decision, besides the metrics */
    AdmissionServer(
            Vertx vertx,
            ListenAddress address,
            ServingCertificate certificate,
            ClientCertificates clients,
            ServerLimits limits,
            Connections connections,
            AdmissionHandler handler,
            WebhookMetrics metrics,
            Readiness readiness,
            AdmissionObserver observer) {
        this.vertx = vertx;
        this.address = address;
        // Vert.x shares a free port among event loops if it is given as a negative number.
        this.options = clients.applyTo(httpOptions(certificate))
                .setHost(address.host())
                .setPort(address.port() == 0 ? -1 : address.port());
        this.parts = new ServerParts(
                limits,
                connections,
                new Holdings(limits.maxHeld()),
                new LargeReviews(
                        largeReviewThreads(), limits.reviewMemory(), limits.maxConcurrency(), limits.maxBuffered()),
                new AtomicInteger(),
                handler,
                metrics,
                readiness,
                clients,
                observer);
        metrics.observeInFlight(parts.inFlight()::get);
    }

    /** As many as there are processors; the memory that is left sets how many of them are busy. */
    private static int largeReviewThreads() {
        return Math.max(1, Math.min(4, Runtime.getRuntime().availableProcessors()));
    }

    /** Completes when the port is open on every event loop; fails if it cannot be opened. */
    public Future<Void> start(int eventLoops) {
        var deployment = new DeploymentOptions().setInstances(eventLoops);
        return address.named(vertx.deployVerticle(this::newListener, deployment))
                .mapEmpty();
    }

    /** The port that is open, if any was asked for. */
    public int port() {
        return listeners.get(0).port();
    }

    /** Says that an event loop or a review is stuck; empty if none is. */
    public Optional<String> problem() {
        return Stream.concat(
                        listeners.stream().map(AdmissionListener::problem),
                        Stream.of(parts.large().problem()))
                .flatMap(Optional::stream)
                .findFirst();
    }

    /** Stops accepting, lets requests in flight finish and closes the rest when the time is over. */
    public Future<Void> stop(Duration within) {
        return Future.join(listeners.stream()
                        .map(listener -> listener.shutdown(within.toMillis(), TimeUnit.MILLISECONDS))
                        .toList())
                .<Void>mapEmpty()
                .onComplete(stopped -> parts.large().close());
    }

    private AdmissionListener newListener() {
        var listener = new AdmissionListener(options, parts);
        listeners.add(listener);
        return listener;
    }

    /** TLS, HTTP and their limits, without an address. */
    public static HttpServerOptions httpOptions(ServingCertificate certificate) {
        return new HttpServerOptions()
                .setSsl(true)
                .setKeyCertOptions(KeyCertOptions.wrap(certificate.keyManager()))
                .setEnabledSecureTransportProtocols(Set.of("TLSv1.2", "TLSv1.3"))
                .setUseAlpn(true)
                .setAlpnVersions(List.of(HttpVersion.HTTP_2, HttpVersion.HTTP_1_1))
                // The API server has given up by then.
                .setSslHandshakeTimeout(5)
                .setSslHandshakeTimeoutUnit(TimeUnit.SECONDS)
                .setHandle100ContinueAutomatically(true)
                .setInitialSettings(
                        new Http2Settings().setMaxConcurrentStreams(MAX_STREAMS).setMaxHeaderListSize(MAX_HEADERS))
                .setHttp2RstFloodMaxRstFramePerWindow(2 * MAX_STREAMS)
                .setHttp2RstFloodWindowDuration(10)
                .setHttp2MaxSmallContinuationFrames(4)
                .setMaxHeaderSize(MAX_HEADERS)
                .setMaxInitialLineLength(4 * 1024);
    }
}
