package dev.slipway.webhook.certificates;

import dev.slipway.certs.CertificateAuthority;
import dev.slipway.certs.CertificateText;
import dev.slipway.certs.KeyMaterial;
import dev.slipway.certs.Pem;
import dev.slipway.contract.Problems;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * How the CAs are written into the Secret: {@code ca.crt} is the bundle, newest first, exactly as the webhook
 * configurations carry it; {@code ca.key} holds the private keys of those that may still sign, newest first. Other keys
 * of the Secret are left alone.
 */
final class CaSecretContent {
    static final String CERTIFICATES = "ca.crt";
    static final String KEYS = "ca.key";

    private CaSecretContent() {}

    static Map<String, String> write(CaSet authorities) {
        var content = new LinkedHashMap<String, String>();
        content.put(CERTIFICATES, authorities.bundle().toPem());
        content.put(
                KEYS,
                authorities.signers().stream()
                        .map(CertificateAuthority::key)
                        .map(Pem::write)
                        .collect(Collectors.joining()));
        return content;
    }

    /** Never throws and never quotes what it found, whatever the Secret contains. */
    static SecretState read(String resourceVersion, Map<String, String> content) {
        String certificatesText = content.getOrDefault(CERTIFICATES, "");
        String keysText = content.getOrDefault(KEYS, "");
        if (certificatesText.isBlank() && keysText.isBlank()) {
            return new SecretState.Empty(resourceVersion);
        }
        var problems = new Problems();
        List<X509Certificate> certificates = Pem.certificates(certificatesText, CERTIFICATES, problems);
        List<PrivateKey> keys = Pem.privateKeys(keysText, KEYS, problems);
        certificates.stream()
                .filter(certificate -> !CertificateAuthority.isAuthority(certificate))
                .forEach(other ->
                        problems.add(CERTIFICATES, "holds " + CertificateText.oneLine(other) + ", which is not a CA"));
        if (problems.isEmpty()) {
            return authorities(resourceVersion, certificates, keys);
        }
        return damaged(resourceVersion, certificates, problems);
    }

    private static SecretState authorities(
            String resourceVersion, List<X509Certificate> certificates, List<PrivateKey> keys) {
        List<CertificateAuthority> signers = certificates.stream()
                .flatMap(certificate -> keys.stream()
                        .filter(key -> KeyMaterial.isPair(certificate.getPublicKey(), key))
                        .limit(1)
                        .flatMap(key ->
                                CertificateAuthority.of(certificate, key, CERTIFICATES, new Problems()).stream()))
                .toList();
        X509Certificate newest = certificates.get(0);
        if (!signers.isEmpty() && signers.get(0).certificate().equals(newest)) {
            return new SecretState.Healthy(resourceVersion, new CaSet(signers, certificates));
        }
        var problems = new Problems();
        problems.add(KEYS, "holds no key of " + CertificateText.oneLine(newest) + ", the first of " + CERTIFICATES);
        return damaged(resourceVersion, certificates, problems);
    }

    private static SecretState damaged(String resourceVersion, List<X509Certificate> certificates, Problems problems) {
        return new SecretState.Damaged(
                resourceVersion,
                problems.list().stream().map(Problems.Problem::toString).toList(),
                certificates.stream().filter(CertificateAuthority::isAuthority).toList());
    }
}
