package dev.slipway.migrator.database;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/** The file with a client's private key. Checks it before a driver does, for a clearer message. */
final class ClientKeyFile {
    private static final String BEGIN = "-----BEGIN PRIVATE KEY-----";
    private static final String END = "-----END PRIVATE KEY-----";

    /** The object identifiers of the algorithms, as encoded in a PKCS#8 key; anything else is RSA or unknown. */
    private static final String ELLIPTIC_CURVE = "06072a8648ce3d0201";

    private static final String EDWARDS_CURVE = "06032b6570";
    /** Version, lengths and identifier come first and fit into this many bytes. */
    private static final int HEAD = 40;

    private ClientKeyFile() {}

    /**
     * What is wrong with a readable file, to follow "… which "; null if nothing is.
     *
     * <p>The mode counts only if this process can do something about it. The kubelet mounts a Secret with root as the
     * owner, so a process that is neither root nor in the pod's group can only read the files if everyone can.
     *
     * @param secret the folder of the mounted Secret
     */
    static @Nullable String objection(Path file, Path secret) {
        try {
            if (!Files.readString(file, StandardCharsets.ISO_8859_1).contains(BEGIN)) {
                return "is not a PKCS#8 key in PEM format (" + BEGIN
                        + "); openssl pkcs8 -topk8 -nocrypt makes one of it";
            }
            return !isInside(file, secret) && isTooOpen(file)
                    ? "others may read, though it belongs to this user; expected mode 0600"
                    : null;
        } catch (IOException unreadable) {
            return "cannot be read";
        }
    }

    /**
     * Reads the key.
     *
     * @throws GeneralSecurityException if the key is not RSA, EC or Ed25519; its message names the file
     */
    static PrivateKey read(Path file) throws IOException, GeneralSecurityException {
        try {
            byte[] encoded = encoded(file);
            return KeyFactory.getInstance(algorithm(encoded)).generatePrivate(new PKCS8EncodedKeySpec(encoded));
        } catch (IllegalArgumentException | InvalidKeySpecException unusable) {
            // Without the cause, because the message of a decoder may quote the key.
            throw new InvalidKeySpecException(file + " holds no PKCS#8 key of RSA, EC or Ed25519 in PEM format");
        }
    }

    private static String algorithm(byte[] encoded) {
        String head = HexFormat.of().formatHex(encoded, 0, Math.min(encoded.length, HEAD));
        if (head.contains(ELLIPTIC_CURVE)) {
            return "EC";
        }
        return head.contains(EDWARDS_CURVE) ? "EdDSA" : "RSA";
    }

    private static byte[] encoded(Path file) throws IOException {
        String text = Files.readString(file, StandardCharsets.ISO_8859_1);
        int begin = text.indexOf(BEGIN) + BEGIN.length();
        int end = text.indexOf(END);
        return Base64.getMimeDecoder().decode(text.substring(begin, Math.max(begin, end)));
    }

    private static boolean isInside(Path file, Path folder) {
        return file.toAbsolutePath()
                .normalize()
                .startsWith(folder.toAbsolutePath().normalize());
    }

    /** Applies libpq's rule for files that this user owns. */
    private static boolean isTooOpen(Path file) throws IOException {
        if (!Files.getFileStore(file).supportsFileAttributeView("posix")) {
            return false;
        }
        PosixFileAttributes attributes = Files.readAttributes(file, PosixFileAttributes.class);
        String owner = attributes.owner().getName();
        if (!owner.equals(System.getProperty("user.name"))) {
            return false;
        }
        for (PosixFilePermission permission : attributes.permissions()) {
            boolean owners = permission.name().startsWith("OWNER");
            boolean groupMayRead = permission == PosixFilePermission.GROUP_READ && owner.equals("root");
            if (!owners && !groupMayRead) {
                return true;
            }
        }
        return false;
    }
}
