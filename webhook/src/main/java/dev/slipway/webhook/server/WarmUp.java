package dev.slipway.webhook.server;

import dev.slipway.webhook.admission.AdmissionHandler;
import dev.slipway.webhook.admission.Endpoint;
import dev.slipway.webhook.log.EventLog;
import dev.slipway.webhook.metrics.WebhookMetrics;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;

/**
 * Sends made-up reviews through the handler before the first real one, so that a pod's creation does not wait for
 * classes to be loaded and code to be compiled. Nothing of it is logged or counted.
 */
public final class WarmUp {
    private static final EventLog LOG = new EventLog(WarmUp.class);
    private static final int ROUNDS = 2_000;
    private static final int REQUESTS = 200;

    private static final String POD = """
            {"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","request":{"uid":"warm-up","operation":"CREATE",
            "kind":{"kind":"Pod"},"namespace":"warm-up","object":{"kind":"Pod","metadata":{"generateName":"warm-up-",
            "labels":{"app":"warm-up"},"annotations":{"slipway.dev/migrate":"true","slipway.dev/database-secret":"db",
            "slipway.dev/wait-timeout":"5m"%s}},"spec":{"initContainers":[{"name":"proxy","restartPolicy":"Always"},
            {"name":"own"}],"containers":[{"name":"app","image":"app:1"}],"volumes":[{"name":"data","emptyDir":{}}]}}}}
            """;

    private static final String DEPLOYMENT = """
            {"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","request":{"uid":"warm-up","operation":"CREATE",
            "kind":{"kind":"Deployment"},"object":{"kind":"Deployment","spec":{"template":{"metadata":{"annotations":{
            "slipway.dev/migrate":"true","slipway.dev/database-secret":"db"}},"spec":{"containers":[{"name":"app"}]}}}}}}
            """;

    private static final byte[] GOOD = bytes(POD.formatted(""));
    private static final byte[] BAD = bytes(POD.formatted(",\"slipway.dev/x\":\"\""));
    private static final byte[] WORKLOAD = bytes(DEPLOYMENT);

    private final Vertx vertx;
    private final AdmissionHandler handler;
    private final ServingCertificate certificate;

    public WarmUp(Vertx vertx, AdmissionHandler handler, ServingCertificate certificate) {
        this.vertx = vertx;
        this.handler = handler;
        this.certificate = certificate;
    }

    /** Completes when the code is warm or the time is over, whichever comes first; never fails. */
    public Future<Void> run(Duration within) {
        long now = System.nanoTime();
        return vertx.executeBlocking(() -> decide(now + within.toNanos() / 2))
                .compose(decided -> serve(now + within.toNanos()))
                .onFailure(
                        failure -> LOG.warn("not warmed up", Map.of("problem", String.valueOf(failure.getMessage()))))
                .otherwiseEmpty();
    }

    private boolean decide(long deadline) {
        for (int round = 0; round < ROUNDS && System.nanoTime() - deadline < 0; round++) {
            handler.answer(Endpoint.MUTATE, GOOD);
            handler.answer(Endpoint.MUTATE, BAD);
            handler.answer(Endpoint.VALIDATE, WORKLOAD);
        }
        return true;
    }

    /** Through a server of its own on loopback: TLS, HTTP and metrics have code to be loaded as well. */
    private Future<Void> serve(long deadline) {
        ServerLimits limits = ServerLimits.of(1 << 20, 8, 64 << 20);
        var server = new AdmissionServer(
                vertx,
                new ListenAddress("127.0.0.1", 0),
                certificate,
                ClientCertificates.notAsked(),
                limits,
                new Connections(limits),
                handler,
                new WebhookMetrics("warm-up", Clock.systemUTC()),
                new Readiness(),
                (admission, duration) -> {});
        HttpClient client = vertx.createHttpClient(clientOptions());
        return server.start(1)
                .compose(started -> post(client, server.port(), REQUESTS, deadline))
                .eventually(client::close)
                .eventually(() -> server.stop(Duration.ZERO));
    }

    private Future<Void> post(HttpClient client, int port, int times, long deadline) {
        if (times == 0 || System.nanoTime() - deadline > 0) {
            return Future.succeededFuture();
        }
        return client.request(HttpMethod.POST, port, "127.0.0.1", "/mutate")
                .compose(request -> request.putHeader("content-type", "application/json")
                        .send(Buffer.buffer(GOOD))
                        .compose(HttpClientResponse::body))
                .compose(answered -> post(client, port, times - 1, deadline));
    }

    /** It talks to itself: there is no peer to verify. */
    private static HttpClientOptions clientOptions() {
        return new HttpClientOptions().setSsl(true).setTrustAll(true).setVerifyHost(false);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
