package dev.slipway.webhook.server;

import java.io.IOException;
import java.net.http.HttpClient;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Duration;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** Clients that trust one CA and no other, as the API server trusts a caBundle. */
public final class Trusting {
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(30);

    private Trusting() {}

    public static SSLContext context(X509Certificate authority) {
        try {
            KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            store.setCertificateEntry("ca", authority);
            var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(store);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, trust.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException | IOException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    public static HttpClient client(X509Certificate authority, HttpClient.Version version) {
        return HttpClient.newBuilder()
                .version(version)
                .sslContext(context(authority))
                .connectTimeout(CONNECT_TIMEOUT)
                .build();
    }
}
