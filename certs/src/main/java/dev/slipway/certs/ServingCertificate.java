package dev.slipway.certs;

import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Instant;

/**
 * What a TLS server presents: a leaf certificate and its private key. {@code toString} leaves the key out.
 *
 * @param key the private half of the certificate's public key; the constructor checks that
 */
public record ServingCertificate(X509Certificate certificate, PrivateKey key) {
    public ServingCertificate {
        if (!KeyMaterial.isPair(certificate.getPublicKey(), key)) {
            throw new IllegalArgumentException(
                    "the private key does not belong to " + CertificateText.oneLine(certificate));
        }
    }

    public Instant notAfter() {
        return certificate.getNotAfter().toInstant();
    }

    @Override
    public String toString() {
        return CertificateText.oneLine(certificate);
    }
}
