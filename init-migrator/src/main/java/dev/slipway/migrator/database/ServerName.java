package dev.slipway.migrator.database;

import java.net.IDN;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.security.cert.Certificate;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;
import javax.net.ssl.HostnameVerifier;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;

/**
 * Decides whether a server's certificate is for the requested host, as libpq does for {@code sslmode=verify-full}: by
 * the subject alternative names, or by the common name if none of these is of the host's kind. Addresses are compared
 * as addresses, however they are written. Used for both drivers, whose own checks differ.
 *
 * <p>The JDBC driver finds this class by its name.
 */
public final class ServerName implements HostnameVerifier {
    private static final int DNS_NAME = 2;
    private static final int ADDRESS = 7;

    /** Everything else is not an address; Java would send it to the resolver. */
    private static final Pattern LOOKS_LIKE_ADDRESS = Pattern.compile("[0-9.]+|[0-9a-fA-F:.]*:[0-9a-fA-F:.]*(%.*)?");

    /** Called by the driver. */
    public ServerName() {}

    @Override
    public boolean verify(String host, SSLSession session) {
        try {
            Certificate[] chain = session.getPeerCertificates();
            return chain.length > 0 && chain[0] instanceof X509Certificate server && isFor(host, server);
        } catch (SSLPeerUnverifiedException noCertificate) {
            return false;
        }
    }

    public static boolean isFor(String host, X509Certificate certificate) {
        int kind = isAddress(host) ? ADDRESS : DNS_NAME;
        boolean sameKind = false;
        for (List<?> name : alternativeNames(certificate)) {
            boolean address = name.get(0).equals(ADDRESS);
            if (!address && !name.get(0).equals(DNS_NAME)) {
                continue;
            }
            sameKind |= name.get(0).equals(kind);
            String text = String.valueOf(name.get(1));
            if (address ? kind == ADDRESS && isSameAddress(host, text) : matches(host, text)) {
                return true;
            }
        }
        return !sameKind && matches(host, commonName(certificate));
    }

    private static Collection<List<?>> alternativeNames(X509Certificate certificate) {
        try {
            Collection<List<?>> names = certificate.getSubjectAlternativeNames();
            return names == null ? List.of() : names;
        } catch (CertificateParsingException unreadable) {
            return List.of();
        }
    }

    private static String commonName(X509Certificate certificate) {
        try {
            for (Rdn part : new LdapName(certificate.getSubjectX500Principal().getName()).getRdns()) {
                if (part.getType().equalsIgnoreCase("CN")) {
                    return String.valueOf(part.getValue());
                }
            }
        } catch (InvalidNameException unreadable) {
            // Such a certificate has no common name.
        }
        return "";
    }

    /** {@code *.} at the start of the pattern stands for one label. */
    private static boolean matches(String host, String pattern) {
        String name = ascii(host);
        String wanted = ascii(pattern);
        if (name.isEmpty() || !wanted.startsWith("*.")) {
            return !name.isEmpty() && name.equals(wanted);
        }
        int dot = name.indexOf('.');
        return dot > 0 && !isAddress(host) && name.substring(dot).equals(wanted.substring(1));
    }

    private static String ascii(String name) {
        try {
            return IDN.toASCII(name).toLowerCase(Locale.ROOT);
        } catch (IllegalArgumentException notAName) {
            return name.toLowerCase(Locale.ROOT);
        }
    }

    private static boolean isAddress(String host) {
        return LOOKS_LIKE_ADDRESS.matcher(host).matches();
    }

    private static boolean isSameAddress(String host, String address) {
        try {
            return InetAddress.getByName(host).equals(InetAddress.getByName(address));
        } catch (UnknownHostException notAnAddress) {
            return false;
        }
    }
}
