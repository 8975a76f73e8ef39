package dev.slipway.webhook.server;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.net.TrustOptions;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.X509TrustManager;

/**
 * Asks our own port what the API server asks of it: a TLS handshake with the certificate that we have installed, and an
 * answer over HTTP. A listener that is gone, or that no thread looks after, would otherwise go unnoticed in this
 * process. Thread-safe.
 */
public final class ListenerProbe {
    /** An attack that takes all processor time is no reason to start over, and starting over would cost more of it. */
    public static final Duration DEAD = Duration.ofSeconds(30);
    /** Longer than one probe takes and the pause before the next one. */
    public static final Duration DEAF = Duration.ofSeconds(12);

    private static final Duration INTERVAL = Duration.ofSeconds(4);
    private static final Duration TIMEOUT = Duration.ofSeconds(4);
    private static final Map<String, String> LOOPBACK = Map.of("0.0.0.0", "127.0.0.1", "::", "::1");

    private final Vertx vertx;
    private final ListenAddress address;
    private final HttpClient client;
    private volatile long lastAnswer;
    private volatile boolean started;
    private volatile String failure = "no answer yet";

    /**
     * @param vertx of the probes, not that of the server
     * @param address where the server listens, with the port that is open
     * @param certificate that the server shows
     */
    public ListenerProbe(Vertx vertx, ListenAddress address, ServingCertificate certificate) {
        this.vertx = vertx;
        this.address = address;
        this.client = vertx.createHttpClient(new HttpClientOptions()
                .setSsl(true)
                .setTrustOptions(TrustOptions.wrap(new Installed(certificate)))
                .setVerifyHost(false)
                .setKeepAlive(false)
                .setConnectTimeout((int) TIMEOUT.toMillis())
                .setSslHandshakeTimeout(TIMEOUT.toMillis())
                .setSslHandshakeTimeoutUnit(TimeUnit.MILLISECONDS));
    }

    /** To be called when the port is open; probes until Vert.x is closed. */
    public void start() {
        lastAnswer = System.nanoTime();
        started = true;
        vertx.setPeriodic(INTERVAL.toMillis(), timer -> probe());
    }

    /** Says that there was no answer for that long; empty if there was one, or if the probe has not started yet. */
    public Optional<String> problem(Duration longest) {
        Duration since = Duration.ofNanos(System.nanoTime() - lastAnswer);
        return !started || since.compareTo(longest) <= 0
                ? Optional.empty()
                : Optional.of("our own port " + address.port() + " has not answered for " + since.toSeconds() + " s: "
                        + failure);
    }

    private void probe() {
        String host = LOOPBACK.getOrDefault(address.host(), address.host());
        client.request(HttpMethod.GET, address.port(), host, "/")
                .compose(HttpClientRequest::send)
                .timeout(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)
                .onSuccess(response -> lastAnswer = System.nanoTime())
                .onFailure(problem -> failure = String.valueOf(problem.getMessage()));
    }

    /** Trusts what this process serves. */
    private record Installed(ServingCertificate certificate) implements X509TrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) throws CertificateException {
            throw new CertificateException("this is a client");
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
            if (!certificate.hasInstalled(chain[0])) {
                throw new CertificateException("it shows a certificate that this process did not install");
            }
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
