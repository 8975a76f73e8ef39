package dev.slipway.migrator.database;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.util.Optional;
import java.util.Properties;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;
import org.postgresql.PGProperty;
import org.postgresql.ssl.NonValidatingFactory;
import org.postgresql.ssl.WrappedFactory;

/**
 * Presents the client certificate on JDBC connections. The driver's own factory requires a mode of the key file that
 * the kubelet does not set for a process that is neither root nor in the pod's group; this one reads the key whatever
 * its mode, and keeps it only in memory. The driver still checks the host name itself.
 *
 * <p>The driver creates an instance by class name for each connection, so rotated files are read again.
 */
public final class ClientCertificateSocketFactory extends WrappedFactory {
    private static final char[] NO_PASSWORD = new char[0];

    private final Properties properties;

    /** @param properties those of the connection: {@code sslmode}, {@code sslcert}, {@code sslkey}, {@code sslrootcert} */
    public ClientCertificateSocketFactory(Properties properties) {
        this.properties = properties;
        factory = (SSLSocketFactory) SSLSocketFactory.getDefault();
    }

    /** @throws SSLException whose message names the file that cannot be used, and the reason */
    @Override
    public Socket createSocket(Socket socket, String host, int port, boolean autoClose) throws IOException {
        return context().getSocketFactory().createSocket(socket, host, port, autoClose);
    }

    private SSLContext context() throws IOException {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys(), new TrustManager[] {trust()}, null);
            return context;
        } catch (GeneralSecurityException unusable) {
            throw new SSLException(unusable.getMessage(), unusable);
        }
    }

    private KeyManager[] keys() throws IOException, GeneralSecurityException {
        Path key = Path.of(text(PGProperty.SSL_KEY));
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        store.setKeyEntry("client", ClientKeyFile.read(key), NO_PASSWORD, chain());
        var managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(store, NO_PASSWORD);
        return managers.getKeyManagers();
    }

    private Certificate[] chain() throws IOException, GeneralSecurityException {
        Path file = Path.of(text(PGProperty.SSL_CERT));
        try (InputStream in = Files.newInputStream(file)) {
            Certificate[] chain = CertificateFactory.getInstance("X.509")
                    .generateCertificates(in)
                    .toArray(Certificate[]::new);
            if (chain.length == 0) {
                throw new CertificateException(file + " holds no certificate in PEM format");
            }
            return chain;
        }
    }

    private TrustManager trust() throws IOException, GeneralSecurityException {
        TlsMode mode = TlsMode.of(text(PGProperty.SSL_MODE));
        if (mode == null || !mode.verifies()) {
            return new NonValidatingFactory.NonValidatingTM();
        }
        String roots = text(PGProperty.SSL_ROOT_CERT);
        return TrustedRoots.checker(roots.isEmpty() ? Optional.empty() : Optional.of(Path.of(roots)));
    }

    private String text(PGProperty property) {
        return properties.getProperty(property.getName(), "");
    }
}
