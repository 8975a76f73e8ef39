package dev.slipway.webhook.server;

import dev.slipway.webhook.admission.AdmissionHandler;
import dev.slipway.webhook.metrics.WebhookMetrics;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.KeyCertOptions;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/** {@code /mutate} and {@code /validate} over TLS, on several event loops that share one port. */
public final class AdmissionServer {
    private final Vertx vertx;
    private final ListenAddress address;
    private final HttpServerOptions options;
    private final ServerLimits limits;
    private final AdmissionHandler handler;
    private final WebhookMetrics metrics;
    private final Readiness readiness;
    private final AdmissionObserver observer;
    private final Budget budget;
    private final List<AdmissionListener> listeners = new CopyOnWriteArrayList<>();

    /** Logs and counts every decision. */
    public AdmissionServer(
            Vertx vertx,
            ListenAddress address,
            ServingCertificate certificate,
            ServerLimits limits,
            AdmissionHandler handler,
            WebhookMetrics metrics,
            Readiness readiness) {
        this(vertx, address, certificate, limits, handler, metrics, readiness, new AdmissionLog());
    }

    /** @param observer gets to know every decision, besides the metrics */
    AdmissionServer(
            Vertx vertx,
            ListenAddress address,
            ServingCertificate certificate,
            ServerLimits limits,
            AdmissionHandler handler,
            WebhookMetrics metrics,
            Readiness readiness,
            AdmissionObserver observer) {
        this.vertx = vertx;
        this.address = address;
        // Vert.x shares a free port among event loops where it is given as a negative number.
        this.options =
                httpOptions(certificate).setHost(address.host()).setPort(address.port() == 0 ? -1 : address.port());
        this.limits = limits;
        this.handler = handler;
        this.metrics = metrics;
        this.readiness = readiness;
        this.observer = observer;
        this.budget = new Budget(limits.maxConcurrency(), limits.maxBuffered());
        metrics.observeInFlight(budget::requests);
    }

    /** Completes when the port is open on every event loop; fails where it cannot be opened. */
    public Future<Void> start(int eventLoops) {
        var deployment = new DeploymentOptions().setInstances(eventLoops);
        return address.named(vertx.deployVerticle(this::newListener, deployment))
                .mapEmpty();
    }

    /** The port that is open, where any was asked for. */
    public int port() {
        return listeners.get(0).port();
    }

    /** Stops accepting, lets requests in flight finish and closes the rest when the time is over. */
    public Future<Void> stop(Duration within) {
        return Future.join(listeners.stream()
                        .map(listener -> listener.shutdown(within.toMillis(), TimeUnit.MILLISECONDS))
                        .toList())
                .mapEmpty();
    }

    private AdmissionListener newListener() {
        var listener = new AdmissionListener(options, limits, budget, handler, metrics, readiness, observer);
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
                .setSslHandshakeTimeout(10)
                .setSslHandshakeTimeoutUnit(TimeUnit.SECONDS)
                .setHandle100ContinueAutomatically(true)
                .setMaxHeaderSize(16 * 1024)
                .setMaxInitialLineLength(4 * 1024);
    }
}
