package dev.slipway.certs;

import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Certificates in words. */
public final class CertificateText {
    /** The tags of RFC 5280's GeneralName that a server's names come as. */
    private static final int DNS_NAME = 2;

    private static final int IP_ADDRESS = 7;

    private CertificateText() {}

    /** Subject, serial number and validity, as in {@code 'CN=example' (serial 1f…, valid A to B)}. */
    public static String oneLine(X509Certificate certificate) {
        return subject(certificate) + " (serial " + serial(certificate) + ", valid "
                + certificate.getNotBefore().toInstant() + " to "
                + certificate.getNotAfter().toInstant() + ")";
    }

    /** The subject's name in quotes. */
    public static String subject(X509Certificate certificate) {
        return "'" + certificate.getSubjectX500Principal().getName() + "'";
    }

    /** In hexadecimal, as openssl prints it. */
    public static String serial(X509Certificate certificate) {
        return certificate.getSerialNumber().toString(16);
    }

    /** The DNS names among the subject alternative names; empty if there are none. */
    public static List<String> dnsNames(X509Certificate certificate) {
        return alternativeNames(certificate, DNS_NAME);
    }

    /** The IP addresses among the subject alternative names, as literals; empty if there are none. */
    public static List<String> ipAddresses(X509Certificate certificate) {
        return alternativeNames(certificate, IP_ADDRESS);
    }

    private static List<String> alternativeNames(X509Certificate certificate, int tag) {
        try {
            @Nullable Collection<List<?>> names = certificate.getSubjectAlternativeNames();
            return names == null
                    ? List.of()
                    : names.stream()
                            .filter(name -> name.get(0).equals(tag))
                            .map(name -> String.valueOf(name.get(1)))
                            .toList();
        } catch (CertificateParsingException unreadable) {
            return List.of();
        }
    }
}
