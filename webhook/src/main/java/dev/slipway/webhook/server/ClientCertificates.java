package dev.slipway.webhook.server;

import dev.slipway.certs.Pem;
import dev.slipway.contract.Problems;
import dev.slipway.webhook.log.EventLog;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.TrustOptions;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Tells the API server from all other clients: by a certificate of a CA that signs for it, if the platform team has
 * given it one. A client with a certificate of another CA does not get through the handshake; one without gets 403
 * before a byte of its body is read. Thread-safe.
 */
public final class ClientCertificates {
    private static final EventLog LOG = new EventLog(ClientCertificates.class);
    private static final Duration INTERVAL = Duration.ofSeconds(10);

    private final Optional<Path> file;
    private final Set<String> names;
    private volatile Optional<Content> content = Optional.empty();

    private record Content(String pem, X509ExtendedTrustManager trust) {}

    private ClientCertificates(Optional<Path> file, Set<String> names) {
        this.file = file;
        this.names = names;
    }

    /** Accepts every client. */
    public static ClientCertificates notAsked() {
        return new ClientCertificates(Optional.empty(), Set.of());
    }

    /**
     * @param authorities PEM file with the CAs that sign the certificates of clients
     * @param names common names, one of which a client's certificate must have; empty for any
     */
    public static ClientCertificates of(Path authorities, Set<String> names) {
        return new ClientCertificates(Optional.of(authorities), Set.copyOf(names));
    }

    /** Reads the file, and again when it changes; fails, with a sentence for a person, if it cannot be read now. */
    public Future<Void> start(Vertx vertx) {
        if (file.isEmpty()) {
            return Future.succeededFuture();
        }
        Path path = file.get();
        Future<Void> loaded = vertx.executeBlocking(() -> {
            content = Optional.of(read(path));
            return null;
        });
        return loaded.onSuccess(first -> vertx.setPeriodic(
                INTERVAL.toMillis(),
                timer -> vertx.executeBlocking(() -> {
                    reload(path);
                    return null;
                })));
    }

    private void reload(Path path) {
        try {
            String pem = Files.readString(path);
            if (content.filter(present -> present.pem().equals(pem)).isEmpty()) {
                content = Optional.of(read(path));
                LOG.info("client authorities reloaded", Map.of("file", path.toString()));
            }
        } catch (IOException | GeneralSecurityException | IllegalArgumentException broken) {
            LOG.warn(
                    "client authorities not reloaded, those in service stay",
                    Map.of("problem", String.valueOf(broken.getMessage())));
        }
    }

    private static Content read(Path path) throws IOException, GeneralSecurityException {
        String pem;
        try {
            pem = Files.readString(path);
        } catch (IOException unreadable) {
            throw new IOException(
                    path + " cannot be read: " + unreadable.getClass().getSimpleName(), unreadable);
        }
        var problems = new Problems();
        List<X509Certificate> authorities = Pem.certificates(pem, path.toString(), problems);
        if (!problems.isEmpty()) {
            throw new IllegalArgumentException(problems.describe("the client authorities"));
        }
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        for (int index = 0; index < authorities.size(); index++) {
            store.setCertificateEntry("ca-" + index, authorities.get(index));
        }
        var factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        for (TrustManager manager : factory.getTrustManagers()) {
            if (manager instanceof X509ExtendedTrustManager trust) {
                return new Content(pem, trust);
            }
        }
        throw new GeneralSecurityException("this Java has no trust manager for X.509");
    }

    HttpServerOptions applyTo(HttpServerOptions options) {
        return file.isEmpty()
                ? options
                : options.setClientAuth(ClientAuth.REQUEST).setTrustOptions(TrustOptions.wrap(new Current()));
    }

    /** Whether this client may ask for a review. */
    boolean admit(HttpConnection connection) {
        if (file.isEmpty()) {
            return true;
        }
        try {
            return connection.peerCertificates().stream()
                    .limit(1)
                    .anyMatch(leaf -> leaf instanceof X509Certificate certificate && isNamed(certificate));
        } catch (SSLPeerUnverifiedException withoutCertificate) {
            return false;
        }
    }

    private boolean isNamed(X509Certificate certificate) {
        if (names.isEmpty()) {
            return true;
        }
        try {
            return new LdapName(certificate.getSubjectX500Principal().getName())
                    .getRdns().stream()
                            .filter(rdn -> rdn.getType().equalsIgnoreCase("CN"))
                            .map(Rdn::getValue)
                            .anyMatch(value -> names.contains(String.valueOf(value)));
        } catch (InvalidNameException unreadable) {
            return false;
        }
    }

    /** Always asks the authorities that are in service. */
    private final class Current extends X509ExtendedTrustManager {
        private X509ExtendedTrustManager trust() throws CertificateException {
            return content.map(Content::trust).orElseThrow(() -> new CertificateException("no client authorities yet"));
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket)
                throws CertificateException {
            trust().checkClientTrusted(chain, type, socket);
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine)
                throws CertificateException {
            trust().checkClientTrusted(chain, type, engine);
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) throws CertificateException {
            trust().checkClientTrusted(chain, type);
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket)
                throws CertificateException {
            throw new CertificateException("this is a server");
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine)
                throws CertificateException {
            throw new CertificateException("this is a server");
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
            throw new CertificateException("this is a server");
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return content.map(present -> present.trust().getAcceptedIssuers()).orElse(new X509Certificate[0]);
        }
    }
}
