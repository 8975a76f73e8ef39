package dev.slipway.certs;

import dev.slipway.contract.Problems;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.openssl.PEMEncryptedKeyPair;
import org.bouncycastle.openssl.PEMException;
import org.bouncycastle.openssl.PEMKeyPair;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.openssl.jcajce.JcaPEMKeyConverter;
import org.bouncycastle.util.io.pem.PemObject;
import org.bouncycastle.util.io.pem.PemReader;
import org.bouncycastle.util.io.pem.PemWriter;
import org.jspecify.annotations.Nullable;

/**
 * Certificates and private keys as PEM. Reading accepts what other tools write: Windows line ends, text around the
 * blocks, keys as PKCS#8, PKCS#1 or SEC 1. Writing is always the same: one kind of line end, keys as PKCS#8.
 *
 * <p>Readers add what is wrong to the problems, under the name that the caller gives, and never quote the content.
 */
public final class Pem {
    private static final String CERTIFICATE = "CERTIFICATE";
    private static final String PRIVATE_KEY = "PRIVATE KEY";

    private Pem() {}

    /**
     * All certificates of a text, in its order; empty if at least one problem was added.
     *
     * @param where the name of the file or field, for the problems
     */
    public static List<X509Certificate> certificates(String text, String where, Problems problems) {
        @Nullable List<PemObject> blocks = blocks(text, where, CERTIFICATE, problems);
        if (blocks == null) {
            return List.of();
        }
        var certificates = new ArrayList<X509Certificate>();
        for (PemObject block : blocks) {
            Optional<X509Certificate> certificate = certificate(block);
            if (certificate.isEmpty()) {
                problems.add(where, "holds a damaged certificate as block " + (certificates.size() + 1));
                return List.of();
            }
            certificates.add(certificate.get());
        }
        return List.copyOf(certificates);
    }

    /** All private keys of a text, in its order; empty if at least one problem was added. */
    public static List<PrivateKey> privateKeys(String text, String where, Problems problems) {
        if (blocks(text, where, PRIVATE_KEY, problems) == null) {
            return List.of();
        }
        var keys = new ArrayList<PrivateKey>();
        try (var parser = new PEMParser(new StringReader(text))) {
            for (Object block = parser.readObject(); block != null; block = parser.readObject()) {
                key(block).ifPresent(keys::add);
            }
        } catch (EncryptedKey encrypted) {
            problems.add(where, "holds an encrypted private key; expected one without a password (openssl pkey)");
            return List.of();
        } catch (IOException damaged) {
            // The parser's message may quote the content.
            problems.add(where, "holds a damaged private key");
            return List.of();
        }
        return List.copyOf(keys);
    }

    /** The only private key of a text; empty if at least one problem was added. */
    public static Optional<PrivateKey> privateKey(String text, String where, Problems problems) {
        List<PrivateKey> keys = privateKeys(text, where, problems);
        if (keys.size() > 1) {
            problems.add(where, "holds " + keys.size() + " private keys; expected one");
            return Optional.empty();
        }
        return keys.stream().findFirst();
    }

    public static String write(X509Certificate certificate) {
        try {
            return encode(new PemObject(CERTIFICATE, certificate.getEncoded()));
        } catch (CertificateException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** PKCS#8, not encrypted. */
    public static String write(PrivateKey key) {
        return encode(new PemObject(PRIVATE_KEY, key.getEncoded()));
    }

    private static String encode(PemObject block) {
        var text = new StringWriter();
        try (var writer = new PemWriter(text)) {
            writer.writeObject(block);
        } catch (IOException impossible) {
            throw new IllegalStateException(impossible);
        }
        return text.toString().replace("\r\n", "\n");
    }

    /** The blocks of the wanted kind, at least one; null if a problem was added. */
    private static @Nullable List<PemObject> blocks(String text, String where, String wanted, Problems problems) {
        String expected = "; expected " + article(wanted) + " in PEM";
        if (text.isBlank()) {
            problems.add(where, "is empty" + expected);
            return null;
        }
        if (text.charAt(0) == '\uFEFF') {
            problems.add(where, "starts with a byte order mark, which TLS libraries stumble over; save it without");
            return null;
        }
        List<PemObject> blocks = readBlocks(text, where, problems);
        if (blocks == null) {
            return null;
        }
        List<PemObject> found = blocks.stream()
                .filter(block -> block.getType().endsWith(wanted))
                .toList();
        if (!found.isEmpty()) {
            return found;
        }
        problems.add(where, blocks.isEmpty() ? notPem(text) + expected : holds(blocks) + expected);
        return null;
    }

    private static @Nullable List<PemObject> readBlocks(String text, String where, Problems problems) {
        var blocks = new ArrayList<PemObject>();
        try (var reader = new PemReader(new StringReader(text))) {
            for (PemObject block = reader.readPemObject(); block != null; block = reader.readPemObject()) {
                blocks.add(block);
            }
        } catch (IOException | RuntimeException damaged) {
            // What Bouncy Castle throws on bad Base64 is unchecked, and its message may quote the content.
            problems.add(where, "is cut off or damaged: block " + (blocks.size() + 1) + " can't be read as PEM");
            return null;
        }
        return blocks;
    }

    private static String notPem(String text) {
        // DER starts with a SEQUENCE of a long length: 0x30 0x8x.
        return text.charAt(0) == '0' && text.length() > 1 && text.charAt(1) > 0x7F
                ? "is binary (DER), not PEM"
                : "is not PEM: it has no '-----BEGIN' line";
    }

    private static String holds(List<PemObject> blocks) {
        return blocks.stream()
                .map(block -> article(block.getType()))
                .distinct()
                .collect(Collectors.joining(" and ", "holds ", ""));
    }

    private static String article(String type) {
        boolean vowel = "AEIOU".indexOf(type.charAt(0)) >= 0;
        return (vowel ? "an '" : "a '") + type + "'";
    }

    private static Optional<X509Certificate> certificate(PemObject block) {
        try {
            var factory = CertificateFactory.getInstance("X.509");
            return Optional.of(
                    (X509Certificate) factory.generateCertificate(new ByteArrayInputStream(block.getContent())));
        } catch (CertificateException damaged) {
            return Optional.empty();
        }
    }

    /** The key in a block; empty for blocks of another kind, such as the curve parameters that openssl writes first. */
    private static Optional<PrivateKey> key(Object block) throws PEMException, EncryptedKey {
        var converter = new JcaPEMKeyConverter();
        if (block instanceof PrivateKeyInfo pkcs8) {
            return Optional.of(converter.getPrivateKey(pkcs8));
        }
        if (block instanceof PEMKeyPair pair) {
            return Optional.of(converter.getPrivateKey(pair.getPrivateKeyInfo()));
        }
        if (block instanceof PEMEncryptedKeyPair
                || block instanceof org.bouncycastle.pkcs.PKCS8EncryptedPrivateKeyInfo) {
            throw new EncryptedKey();
        }
        return Optional.empty();
    }

    private static final class EncryptedKey extends Exception {
        private static final long serialVersionUID = 1;
    }
}
