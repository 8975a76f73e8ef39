package dev.slipway.bench.webhook;

import dev.slipway.certs.CertificateAuthority;
import dev.slipway.certs.ServingNames;
import dev.slipway.webhook.server.AdmissionServer;
import dev.slipway.webhook.server.ServingCertificate;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;

/**
 * The least that an answer can cost: Vert.x with the webhook's own settings for TLS and HTTP reads the body of a request
 * and answers with a constant one, as long as the webhook's. It decides, limits, counts and logs nothing.
 */
public final class Floor {
    private static final ServingNames LOCALHOST = new ServingNames(List.of("localhost"), List.of("127.0.0.1"));

    private final Buffer answer;

    private Floor(byte[] answer) {
        this.answer = Buffer.buffer(answer);
    }

    /** @param args the port */
    public static void main(String[] args) throws IOException {
        var floor = new Floor(new AnsweredReview(PodReview.TYPICAL).answer());
        Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
        vertx.createHttpServer(AdmissionServer.httpOptions(certificate())
                        .setHost("127.0.0.1")
                        .setPort(Integer.parseInt(args[0])))
                .requestHandler(floor::answer)
                .listen()
                .await();
        System.out.println("serving");
    }

    private void answer(HttpServerRequest request) {
        request.body()
                .onSuccess(body -> request.response()
                        .putHeader("content-type", "application/json")
                        .end(answer));
    }

    private static ServingCertificate certificate() {
        var authority = CertificateAuthority.create(Duration.ofDays(1), Clock.systemUTC());
        var issued = authority.issueServing(LOCALHOST, Duration.ofHours(12), Clock.systemUTC());
        var certificate = new ServingCertificate();
        certificate.install(issued.key(), List.of(issued.certificate()));
        return certificate;
    }
}
