package dev.slipway.testkit.kubernetes;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * Asks the API server whether it is ready.
 *
 * @param authority PEM file that the server writes while it starts
 */
record Readiness(URI server, Path authority, String token) {
    private static final Duration PAUSE = Duration.ofMillis(200);

    /**
     * Returns when /readyz says 200.
     *
     * @param requireAlive called at every attempt; throws if a program has ended
     * @throws IllegalStateException with the last answer, when the deadline has passed
     */
    void await(Duration deadline, Runnable requireAlive) {
        long end = System.nanoTime() + deadline.toNanos();
        String answer = "none";
        while (System.nanoTime() < end) {
            requireAlive.run();
            answer = ask();
            if (answer.equals("ok")) {
                return;
            }
            pause();
        }
        throw new IllegalStateException(
                "API server not ready within " + deadline.toSeconds() + " s; answer: " + answer);
    }

    private String ask() {
        if (!Files.exists(authority)) {
            return "no certificate yet";
        }
        try {
            HttpRequest request = HttpRequest.newBuilder(server.resolve("/readyz"))
                    .header("Authorization", "Bearer " + token)
                    .timeout(Duration.ofSeconds(5))
                    .build();
            return client().send(request, BodyHandlers.ofString()).body();
        } catch (IOException | GeneralSecurityException notYet) {
            return notYet.toString();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while the API server started", interrupted);
        }
    }

    private HttpClient client() throws GeneralSecurityException, IOException {
        KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
        trusted.load(null, null);
        try (InputStream pem = Files.newInputStream(authority)) {
            for (Certificate each : CertificateFactory.getInstance("X.509").generateCertificates(pem)) {
                trusted.setCertificateEntry("certificate-" + trusted.size(), each);
            }
        }
        TrustManagerFactory managers = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        managers.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, managers.getTrustManagers(), null);
        return HttpClient.newBuilder().sslContext(context).build();
    }

    private static void pause() {
        try {
            Thread.sleep(PAUSE.toMillis());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while the API server started", interrupted);
        }
    }
}
