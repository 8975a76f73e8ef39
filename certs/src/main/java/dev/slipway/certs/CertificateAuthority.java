package dev.slipway.certs;

import dev.slipway.contract.Problems;
import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Date;
import java.util.Optional;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.jspecify.annotations.Nullable;

/**
 * A self-signed CA that signs serving certificates directly (path length 0). Immutable and thread-safe; {@code
 * toString} leaves the key out.
 */
public final class CertificateAuthority {
    /**
     * How far the start of every certificate lies before the moment it was made, so that a client or another replica
     * whose clock is behind accepts it. Those that live for less than ten hours are backdated by a tenth of that.
     */
    public static final Duration BACKDATED = Duration.ofHours(1);

    /** The index of keyCertSign in {@link X509Certificate#getKeyUsage}. */
    private static final int KEY_CERT_SIGN = 5;

    private static final int SERIAL_BITS = 128;

    private final X509Certificate certificate;
    private final PrivateKey key;

    private CertificateAuthority(X509Certificate certificate, PrivateKey key) {
        this.certificate = certificate;
        this.key = key;
    }

    /**
     * A new CA with a new key, valid from {@link #BACKDATED} before now until {@code validity} after now. Its name
     * contains its serial number, because some TLS libraries look up issuers by name alone.
     */
    public static CertificateAuthority create(Duration validity, Clock clock) {
        KeyPair pair = KeyMaterial.generate();
        BigInteger serial = newSerial();
        X500Name name = name("slipway-ca-" + serial.toString(16));
        Instant now = clock.instant();
        try {
            var extensions = new JcaX509ExtensionUtils();
            var builder = builder(name, serial, now, now.plus(validity), name, pair.getPublic());
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(0));
            builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
            builder.addExtension(
                    Extension.subjectKeyIdentifier, false, extensions.createSubjectKeyIdentifier(pair.getPublic()));
            builder.addExtension(
                    Extension.authorityKeyIdentifier, false, extensions.createAuthorityKeyIdentifier(pair.getPublic()));
            return new CertificateAuthority(sign(builder, pair.getPrivate()), pair.getPrivate());
        } catch (IOException | GeneralSecurityException | OperatorCreationException failure) {
            throw new IllegalStateException("the CA certificate could not be made", failure);
        }
    }

    /**
     * An existing CA; empty if at least one problem was added: the certificate is not a CA's, or the key is
     * another's. Whether it is valid at some time is not asked here.
     *
     * @param where the name of the file or field, for the problems
     */
    public static Optional<CertificateAuthority> of(
            X509Certificate certificate, PrivateKey key, String where, Problems problems) {
        boolean good = true;
        if (!isAuthority(certificate)) {
            problems.add(where, "holds " + CertificateText.oneLine(certificate) + ", which may not sign certificates");
            good = false;
        }
        if (!KeyMaterial.isPair(certificate.getPublicKey(), key)) {
            problems.add(where, "holds " + CertificateText.oneLine(certificate) + ", and the private key is another's");
            good = false;
        }
        return good ? Optional.of(new CertificateAuthority(certificate, key)) : Optional.empty();
    }

    /** Whether a certificate may sign others, by its basic constraints and its key usage. */
    public static boolean isAuthority(X509Certificate certificate) {
        boolean @Nullable [] usage = certificate.getKeyUsage();
        return certificate.getBasicConstraints() >= 0 && (usage == null || usage[KEY_CERT_SIGN]);
    }

    /**
     * A new serving certificate with a new key. It starts {@link #BACKDATED} before now and ends {@code validity} after
     * now, but never reaches beyond the CA's own validity: a client that trusts this CA while it is valid can verify
     * every leaf of it while that lives.
     *
     * @throws IllegalStateException if the CA has expired
     */
    public ServingCertificate issueServing(ServingNames names, Duration validity, Clock clock) {
        Instant now = clock.instant();
        if (!now.isBefore(notAfter())) {
            throw new IllegalStateException(
                    "the CA " + CertificateText.oneLine(certificate) + " has expired; it can sign nothing");
        }
        KeyPair pair = KeyMaterial.generate();
        try {
            return new ServingCertificate(
                    sign(leaf(names, pair.getPublic(), now, earlier(now.plus(validity), notAfter())), key),
                    pair.getPrivate());
        } catch (IOException | GeneralSecurityException | OperatorCreationException failure) {
            throw new IllegalStateException("the serving certificate could not be made", failure);
        }
    }

    private X509v3CertificateBuilder leaf(ServingNames names, PublicKey publicKey, Instant now, Instant notAfter)
            throws IOException, GeneralSecurityException {
        var extensions = new JcaX509ExtensionUtils();
        X500Name issuer =
                X500Name.getInstance(certificate.getSubjectX500Principal().getEncoded());
        // The subject stays the same short text for every name: names belong into the SAN, and a CN holds 64
        // characters.
        var builder = builder(issuer, newSerial(), now, notAfter, name("slipway-serving"), publicKey);
        builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
        builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
        builder.addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(KeyPurposeId.id_kp_serverAuth));
        builder.addExtension(Extension.subjectAlternativeName, false, names.toGeneralNames());
        builder.addExtension(Extension.subjectKeyIdentifier, false, extensions.createSubjectKeyIdentifier(publicKey));
        builder.addExtension(
                Extension.authorityKeyIdentifier,
                false,
                extensions.createAuthorityKeyIdentifier(certificate.getPublicKey()));
        return builder;
    }

    public X509Certificate certificate() {
        return certificate;
    }

    /** Handle with care: anyone who has it can sign as this CA. */
    public PrivateKey key() {
        return key;
    }

    public Instant notAfter() {
        return certificate.getNotAfter().toInstant();
    }

    /** Whether the leaf names this issuer and carries a signature of its key. */
    public static boolean hasSigned(X509Certificate issuer, X509Certificate leaf) {
        if (!leaf.getIssuerX500Principal().equals(issuer.getSubjectX500Principal())) {
            return false;
        }
        try {
            leaf.verify(issuer.getPublicKey());
            return true;
        } catch (GeneralSecurityException another) {
            return false;
        }
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof CertificateAuthority authority && certificate.equals(authority.certificate);
    }

    @Override
    public int hashCode() {
        return certificate.hashCode();
    }

    @Override
    public String toString() {
        return "CA " + CertificateText.oneLine(certificate);
    }

    private static X509v3CertificateBuilder builder(
            X500Name issuer, BigInteger serial, Instant now, Instant notAfter, X500Name subject, PublicKey publicKey) {
        // X.509 counts in seconds; cutting keeps what we computed equal to what is in the certificate.
        Duration tenth = Duration.between(now, notAfter).dividedBy(10);
        Duration backdated = tenth.compareTo(BACKDATED) < 0 ? tenth : BACKDATED;
        Instant from = now.minus(backdated).truncatedTo(ChronoUnit.SECONDS);
        Instant until = notAfter.truncatedTo(ChronoUnit.SECONDS);
        return new JcaX509v3CertificateBuilder(issuer, serial, Date.from(from), Date.from(until), subject, publicKey);
    }

    private static X509Certificate sign(X509v3CertificateBuilder builder, PrivateKey key)
            throws OperatorCreationException, GeneralSecurityException {
        var signer = new JcaContentSignerBuilder(KeyMaterial.signatureAlgorithm(key)).build(key);
        return new JcaX509CertificateConverter().getCertificate(builder.build(signer));
    }

    private static X500Name name(String commonName) {
        return new X500NameBuilder(BCStyle.INSTANCE)
                .addRDN(BCStyle.O, "Slipway")
                .addRDN(BCStyle.CN, commonName)
                .build();
    }

    private static BigInteger newSerial() {
        // Serial numbers are positive; the lowest bit keeps the one in 2^128 from being zero.
        return new BigInteger(SERIAL_BITS, new SecureRandom()).setBit(0);
    }

    private static Instant earlier(Instant one, Instant other) {
        return one.isBefore(other) ? one : other;
    }
}
