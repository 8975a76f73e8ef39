package dev.slipway.certs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the library makes, used by the JDK's own TLS server and client over a socket. */
class TlsHandshakeTest {
    private static final char[] NO_PASSWORD = {};

    private final CertificateAuthority authority = CertificateAuthority.create(Duration.ofDays(30), Clock.systemUTC());
    private final ServingCertificate serving = authority.issueServing(
            new ServingNames(List.of("localhost"), List.of("127.0.0.1")), Duration.ofDays(1), Clock.systemUTC());
    private HttpsServer server;

    @BeforeEach
    void serve() throws Exception {
        server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(presenting(serving)));
        server.createContext("/", exchange -> {
            exchange.sendResponseHeaders(204, -1);
            exchange.close();
        });
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    @Test
    void clientThatTrustsTheAuthorityConnects() throws Exception {
        assertThat(get("127.0.0.1", CertificateBundle.of(authority.certificate())))
                .isEqualTo(204);
        assertThat(get("localhost", CertificateBundle.of(authority.certificate())))
                .isEqualTo(204);
    }

    @Test
    void clientThatTrustsOldAndNewConnects() throws Exception {
        var other = CertificateAuthority.create(Duration.ofDays(30), Clock.systemUTC());

        assertThat(get("127.0.0.1", CertificateBundle.of(other.certificate(), authority.certificate())))
                .isEqualTo(204);
    }

    @Test
    void clientThatTrustsAnotherAuthorityDoesNot() {
        var other = CertificateAuthority.create(Duration.ofDays(30), Clock.systemUTC());

        assertThatThrownBy(() -> get("127.0.0.1", CertificateBundle.of(other.certificate())))
                .isInstanceOf(SSLHandshakeException.class);
    }

    private int get(String host, CertificateBundle trusted) throws Exception {
        var client = HttpClient.newBuilder().sslContext(trusting(trusted)).build();
        var request = HttpRequest.newBuilder(
                        URI.create("https://" + host + ":" + server.getAddress().getPort() + "/"))
                .timeout(Duration.ofSeconds(30))
                .build();
        return client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
    }

    private static SSLContext presenting(ServingCertificate serving) throws Exception {
        var store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setKeyEntry("serving", serving.key(), NO_PASSWORD, new Certificate[] {serving.certificate()});
        var keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(store, NO_PASSWORD);
        var context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), null, null);
        return context;
    }

    private static SSLContext trusting(CertificateBundle bundle) throws Exception {
        var store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        for (var certificate : bundle.certificates()) {
            store.setCertificateEntry(CertificateText.serial(certificate), certificate);
        }
        var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(store);
        var context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return context;
    }
}
