package dev.slipway.certs;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.security.GeneralSecurityException;
import java.security.cert.CertPathValidator;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateFactory;
import java.security.cert.CertificateParsingException;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Date;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.bouncycastle.util.IPAddress;
import org.jspecify.annotations.Nullable;

/**
 * Answers what a TLS client would: does this certificate hold for this name, at this moment, for a client that trusts
 * this bundle? It is as strict as kube-apiserver, which unlike the JDK refuses a CA that has itself expired.
 */
public final class ServingCheck {
    private static final Set<String> SERVER_AUTH = Set.of("1.3.6.1.5.5.7.3.1", "2.5.29.37.0");

    private ServingCheck() {}

    /** What is wrong, each as a sentence without a full stop; empty if a client would accept it. */
    public static List<String> problems(X509Certificate leaf, CertificateBundle bundle, String name, Instant at) {
        return problems(List.of(leaf), bundle, name, at);
    }

    /** @param chain the leaf first, then intermediates if any, as a server presents them */
    public static List<String> problems(
            List<X509Certificate> chain, CertificateBundle bundle, String name, Instant at) {
        X509Certificate leaf = chain.get(0);
        var problems = new ArrayList<String>();
        if (!holdsFor(leaf, name)) {
            problems.add("it is not for '" + name + "', only for " + names(leaf));
        }
        if (!isForServers(leaf)) {
            problems.add("its extended key usage does not allow TLS servers");
        }
        problems.addAll(chainProblems(chain, bundle, at));
        return List.copyOf(problems);
    }

    /** As {@link #problems}, without asking for a name or a usage. */
    public static List<String> chainProblems(List<X509Certificate> chain, CertificateBundle bundle, Instant at) {
        List<String> time = chain.stream()
                .filter(certificate -> !isValid(certificate, at))
                .map(certificate -> timeProblem(certificate, at))
                .toList();
        return time.isEmpty() ? pathProblems(chain, bundle, at) : time;
    }

    private static List<String> pathProblems(List<X509Certificate> chain, CertificateBundle bundle, Instant at) {
        Set<TrustAnchor> anchors = bundle.certificates().stream()
                .filter(ca -> isValid(ca, at) && CertificateAuthority.isAuthority(ca))
                .map(ca -> new TrustAnchor(ca, null))
                .collect(Collectors.toSet());
        if (anchors.isEmpty()) {
            return List.of("the bundle holds no CA that is valid at " + at + ": " + bundle);
        }
        try {
            var parameters = new PKIXParameters(anchors);
            parameters.setRevocationEnabled(false);
            parameters.setDate(Date.from(at));
            var path = CertificateFactory.getInstance("X.509").generateCertPath(chain);
            CertPathValidator.getInstance("PKIX").validate(path, parameters);
            return List.of();
        } catch (CertPathValidatorException refused) {
            return List.of(refusal(chain, bundle, refused));
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("this Java can't validate certificates", impossible);
        }
    }

    private static String refusal(
            List<X509Certificate> chain, CertificateBundle bundle, CertPathValidatorException refused) {
        X509Certificate last = chain.get(chain.size() - 1);
        String issuer = last.getIssuerX500Principal().getName();
        if (bundle.certificates().stream().anyMatch(ca -> CertificateAuthority.hasSigned(ca, last))) {
            return "the chain is refused: " + refused.getMessage();
        }
        return "it was signed by '" + issuer + "', which the bundle does not hold: " + bundle;
    }

    private static String timeProblem(X509Certificate certificate, Instant at) {
        Instant from = certificate.getNotBefore().toInstant();
        return at.isBefore(from)
                ? CertificateText.subject(certificate) + " is not valid before " + from + "; now is " + at
                : CertificateText.subject(certificate) + " expired at "
                        + certificate.getNotAfter().toInstant() + "; now is " + at;
    }

    private static boolean isValid(X509Certificate certificate, Instant at) {
        return !at.isBefore(certificate.getNotBefore().toInstant())
                && !at.isAfter(certificate.getNotAfter().toInstant());
    }

    private static boolean isForServers(X509Certificate leaf) {
        try {
            @Nullable List<String> usages = leaf.getExtendedKeyUsage();
            return usages == null || usages.stream().anyMatch(SERVER_AUTH::contains);
        } catch (CertificateParsingException unreadable) {
            return false;
        }
    }

    private static List<String> names(X509Certificate leaf) {
        var names = new ArrayList<>(CertificateText.dnsNames(leaf));
        names.addAll(CertificateText.ipAddresses(leaf));
        return names;
    }

    private static boolean holdsFor(X509Certificate leaf, String name) {
        if (IPAddress.isValid(name)) {
            return CertificateText.ipAddresses(leaf).stream().anyMatch(ip -> sameAddress(ip, name));
        }
        String wanted = name.toLowerCase(Locale.ROOT);
        return CertificateText.dnsNames(leaf).stream()
                .map(candidate -> candidate.toLowerCase(Locale.ROOT))
                .anyMatch(candidate -> candidate.equals(wanted) || isWildcardFor(candidate, wanted));
    }

    private static boolean isWildcardFor(String candidate, String wanted) {
        int firstDot = wanted.indexOf('.');
        return candidate.startsWith("*.")
                && firstDot > 0
                && candidate.substring(1).equals(wanted.substring(firstDot));
    }

    private static boolean sameAddress(String one, String other) {
        return Arrays.equals(bytes(one), bytes(other));
    }

    private static byte[] bytes(String literal) {
        try {
            // A literal is never looked up.
            return InetAddress.getByName(literal).getAddress();
        } catch (UnknownHostException impossible) {
            throw new IllegalArgumentException(literal, impossible);
        }
    }
}
