package dev.slipway.certs;

import dev.slipway.contract.Problems;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * The CA certificates that a client trusts, each once, in a stable order: the same certificates in the same order are
 * the same bytes. During a rollover it holds the new and the old.
 *
 * @param certificates at least one
 */
public record CertificateBundle(List<X509Certificate> certificates) {
    public CertificateBundle {
        certificates = List.copyOf(new LinkedHashSet<>(certificates));
        if (certificates.isEmpty()) {
            throw new IllegalArgumentException("a bundle without a certificate trusts no CA");
        }
    }

    public static CertificateBundle of(X509Certificate... certificates) {
        return new CertificateBundle(List.of(certificates));
    }

    /** Every certificate of a PEM text, CA or not; empty if at least one problem was added. */
    public static Optional<CertificateBundle> parse(String pem, String where, Problems problems) {
        List<X509Certificate> certificates = Pem.certificates(pem, where, problems);
        return certificates.isEmpty() ? Optional.empty() : Optional.of(new CertificateBundle(certificates));
    }

    /** What a {@code caBundle} field holds, not encoded and encoded; empty if it is not Base64 of a PEM text. */
    public static Optional<CertificateBundle> fromBase64(String base64) {
        try {
            byte[] pem = Base64.getDecoder().decode(base64);
            return parse(new String(pem, StandardCharsets.UTF_8), "caBundle", new Problems());
        } catch (IllegalArgumentException notBase64) {
            return Optional.empty();
        }
    }

    public boolean contains(X509Certificate certificate) {
        return certificates.contains(certificate);
    }

    /** With one more in front; the same bundle if it is there already. */
    public CertificateBundle withFirst(X509Certificate certificate) {
        var all = new LinkedHashSet<X509Certificate>();
        all.add(certificate);
        all.addAll(certificates);
        return contains(certificate) ? this : new CertificateBundle(List.copyOf(all));
    }

    /** The certificates that have not ended at this moment. */
    public List<X509Certificate> alive(Instant at) {
        Predicate<X509Certificate> ended =
                certificate -> !at.isBefore(certificate.getNotAfter().toInstant());
        return certificates.stream().filter(ended.negate()).toList();
    }

    public String toPem() {
        return certificates.stream().map(Pem::write).collect(Collectors.joining());
    }

    /** For the {@code caBundle} field of a webhook configuration: Base64 of the PEM text, on one line. */
    public String toBase64() {
        return Base64.getEncoder().encodeToString(toPem().getBytes(StandardCharsets.US_ASCII));
    }

    @Override
    public String toString() {
        return certificates.stream().map(CertificateText::oneLine).collect(Collectors.joining(", ", "[", "]"));
    }
}
