package dev.slipway.migrator.preflight;

import dev.slipway.migrator.database.Host;
import dev.slipway.migrator.database.ServerName;
import dev.slipway.migrator.database.Tls;
import dev.slipway.migrator.database.TlsMode;
import dev.slipway.migrator.database.TrustedRoots;
import dev.slipway.migrator.failure.ConnectFailure;
import io.vertx.core.Vertx;
import io.vertx.core.net.TrustOptions;
import java.io.IOException;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Optional;
import java.util.function.Function;
import javax.net.ssl.ManagerFactoryParameters;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.TrustManagerFactorySpi;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/**
 * Checks a server's certificate against the trusted CAs, and remembers why it refused one: the PG client itself only
 * reports "SSL handshake failed". Used for one attempt to connect.
 */
final class ServerTrust implements TrustOptions {
    private final X509ExtendedTrustManager checker;
    /** The expected name of the server; empty if any name is accepted. */
    private final Optional<String> name;

    private volatile @Nullable CertificateException refusal;

    private ServerTrust(X509ExtendedTrustManager checker, Optional<String> name) {
        this.checker = checker;
        this.name = name;
    }

    /**
     * The CAs of the root certificate file, or those that the Java runtime trusts.
     *
     * @throws GeneralSecurityException if the file holds no certificates
     */
    static ServerTrust of(Tls tls, Host host) throws IOException, GeneralSecurityException {
        return new ServerTrust(
                TrustedRoots.checker(tls.rootCertificate()),
                tls.mode() == TlsMode.VERIFY_FULL ? Optional.of(host.name()) : Optional.empty());
    }

    /** Why the server's certificate was refused; empty if it was not. */
    Optional<CertificateException> refusal() {
        return Optional.ofNullable(refusal);
    }

    @Override
    public TrustOptions copy() {
        return this;
    }

    @Override
    public TrustManagerFactory getTrustManagerFactory(Vertx vertx) throws GeneralSecurityException {
        var factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        return new TrustManagerFactory(new Spi(new Recorder()), factory.getProvider(), factory.getAlgorithm()) {};
    }

    @Override
    public @Nullable Function<String, TrustManager[]> trustManagerMapper(Vertx vertx) {
        return null;
    }

    private static final class Spi extends TrustManagerFactorySpi {
        private final TrustManager manager;

        Spi(TrustManager manager) {
            this.manager = manager;
        }

        @Override
        protected void engineInit(@Nullable KeyStore unused) {}

        @Override
        protected void engineInit(ManagerFactoryParameters unused) {}

        @Override
        protected TrustManager[] engineGetTrustManagers() {
            return new TrustManager[] {manager};
        }
    }

    private final class Recorder extends X509ExtendedTrustManager {
        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
                throws CertificateException {
            try {
                checker.checkServerTrusted(chain, authType, engine);
                if (name.isPresent() && !ServerName.isFor(name.get(), chain[0])) {
                    throw new CertificateException(ConnectFailure.OTHER_NAME);
                }
            } catch (CertificateException refused) {
                refusal = refused;
                throw refused;
            }
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
                throws CertificateException {
            checker.checkServerTrusted(chain, authType, socket);
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType) throws CertificateException {
            checker.checkServerTrusted(chain, authType);
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
                throws CertificateException {
            checker.checkClientTrusted(chain, authType, engine);
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
                throws CertificateException {
            checker.checkClientTrusted(chain, authType, socket);
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType) throws CertificateException {
            checker.checkClientTrusted(chain, authType);
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return checker.getAcceptedIssuers();
        }
    }
}
