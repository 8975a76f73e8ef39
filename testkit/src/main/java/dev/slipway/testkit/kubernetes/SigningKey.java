package dev.slipway.testkit.kubernetes;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.util.Base64;

/** The key that the API server signs service account tokens with. */
final class SigningKey {
    private SigningKey() {}

    /** Makes a new RSA key and writes it as PKCS #8 PEM: the API server reads elliptic curve keys in an older form only. */
    static void write(Path file) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(2048);
            byte[] der = generator.generateKeyPair().getPrivate().getEncoded();
            String base64 = Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII))
                    .encodeToString(der);
            Files.writeString(file, "-----BEGIN PRIVATE KEY-----\n" + base64 + "\n-----END PRIVATE KEY-----\n");
        } catch (GeneralSecurityException unsupported) {
            throw new IllegalStateException(unsupported);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
