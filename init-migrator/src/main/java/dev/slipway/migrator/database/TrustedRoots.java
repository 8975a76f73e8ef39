package dev.slipway.migrator.database;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.util.Optional;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/** The CAs that may have issued a server's certificate, for both drivers. */
public final class TrustedRoots {
    private TrustedRoots() {}

    /**
     * Checks certificates against the CAs of the file, or, without one, against those that the Java runtime trusts. Host
     * names are checked only if socket or engine ask for it.
     *
     * @throws GeneralSecurityException if the file holds no certificates
     */
    public static X509ExtendedTrustManager checker(Optional<Path> file) throws IOException, GeneralSecurityException {
        var factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        @Nullable KeyStore roots = file.isPresent() ? read(file.get()) : null;
        factory.init(roots);
        for (TrustManager manager : factory.getTrustManagers()) {
            if (manager instanceof X509ExtendedTrustManager checker) {
                return checker;
            }
        }
        throw new GeneralSecurityException("this Java runtime cannot check certificates");
    }

    private static KeyStore read(Path file) throws IOException, GeneralSecurityException {
        KeyStore roots = KeyStore.getInstance(KeyStore.getDefaultType());
        roots.load(null, null);
        try (InputStream in = Files.newInputStream(file)) {
            for (Certificate certificate :
                    CertificateFactory.getInstance("X.509").generateCertificates(in)) {
                roots.setCertificateEntry("root-" + roots.size(), certificate);
            }
        }
        if (roots.size() == 0) {
            throw new CertificateException(file + " holds no certificates in PEM format");
        }
        return roots;
    }
}
