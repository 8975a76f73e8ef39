package dev.slipway.certs;

import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.interfaces.ECKey;
import java.security.interfaces.RSAKey;
import java.security.spec.ECGenParameterSpec;

/** Key pairs: made, compared and described. */
public final class KeyMaterial {
    private static final byte[] PROBE = {'s', 'l', 'i', 'p', 'w', 'a', 'y'};

    private KeyMaterial() {}

    /** A new ECDSA pair on P-256: small, fast to sign with, and understood by every TLS client in use. */
    static KeyPair generate() {
        try {
            var generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"), new SecureRandom());
            return generator.generateKeyPair();
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("this Java has no ECDSA on P-256", impossible);
        }
    }

    /**
     * Whether both are halves of one pair. Proven by a signature, because a private key need not reveal its public
     * half.
     */
    public static boolean isPair(PublicKey publicKey, PrivateKey privateKey) {
        if (!publicKey.getAlgorithm().equals(privateKey.getAlgorithm())) {
            return false;
        }
        try {
            var signature = Signature.getInstance(signatureAlgorithm(privateKey));
            signature.initSign(privateKey);
            signature.update(PROBE);
            byte[] signed = signature.sign();
            signature.initVerify(publicKey);
            signature.update(PROBE);
            return signature.verify(signed);
        } catch (GeneralSecurityException notEvenSigning) {
            return false;
        }
    }

    /** Algorithm and size, as in {@code EC 256}. */
    public static String describe(Key key) {
        if (key instanceof ECKey ec) {
            return "EC " + ec.getParams().getOrder().bitLength();
        }
        if (key instanceof RSAKey rsa) {
            return "RSA " + rsa.getModulus().bitLength();
        }
        return key.getAlgorithm();
    }

    static String signatureAlgorithm(PrivateKey key) {
        return switch (key.getAlgorithm()) {
            case "EC" -> "SHA256withECDSA";
            case "RSA" -> "SHA256withRSA";
            default -> key.getAlgorithm();
        };
    }
}
