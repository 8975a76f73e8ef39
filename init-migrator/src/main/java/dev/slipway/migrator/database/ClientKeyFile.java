package dev.slipway.migrator.database;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What the two drivers demand of the file with a client's private key, said before they say it in their own words. */
final class ClientKeyFile {
    private static final String BEGIN = "-----BEGIN PRIVATE KEY-----";
    private static final String END = "-----END PRIVATE KEY-----";

    /** The object identifiers of the algorithms as they stand in a PKCS#8 key; whatever is neither is RSA or unknown. */
    private static final String ELLIPTIC_CURVE = "06072a8648ce3d0201";

    private static final String EDWARDS_CURVE = "06032b6570";
    /** Version, lengths and identifier come first, and fit in here. */
    private static final int HEAD = 40;

    private ClientKeyFile() {}

    /** What is wrong with a readable file, to follow "… which "; null where nothing is. */
    static @Nullable String objection(Path file) {
        try {
            if (!Files.readString(file, StandardCharsets.ISO_8859_1).contains(BEGIN)) {
                return "is not a PKCS#8 key in PEM format (" + BEGIN
                        + "); openssl pkcs8 -topk8 -nocrypt makes one of it";
            }
            return isTooOpen(file)
                    ? "others may read, so that the JDBC driver refuses it; expected mode 0600, or 0640 where root owns it"
                            + " (in Kubernetes: fsGroup, and defaultMode 0440 for the Secret)"
                    : null;
        } catch (IOException unreadable) {
            return "cannot be read";
        }
    }

    /** RSA, EC or EdDSA: the JDBC driver does not find out by itself. */
    static String algorithm(Path file) {
        String head = HexFormat.of().formatHex(head(file));
        if (head.contains(ELLIPTIC_CURVE)) {
            return "EC";
        }
        return head.contains(EDWARDS_CURVE) ? "EdDSA" : "RSA";
    }

    private static byte[] head(Path file) {
        try {
            String text = Files.readString(file, StandardCharsets.ISO_8859_1);
            int begin = text.indexOf(BEGIN) + BEGIN.length();
            int end = text.indexOf(END);
            byte[] key = Base64.getMimeDecoder().decode(text.substring(begin, Math.max(begin, end)));
            return Arrays.copyOf(key, Math.min(key.length, HEAD));
        } catch (IOException | IllegalArgumentException unreadable) {
            // The driver is about to read the file, too, and says what is wrong with it.
            return new byte[0];
        }
    }

    private static boolean isTooOpen(Path file) throws IOException {
        if (!Files.getFileStore(file).supportsFileAttributeView("posix")) {
            return false;
        }
        PosixFileAttributes attributes = Files.readAttributes(file, PosixFileAttributes.class);
        Set<PosixFilePermission> permissions = attributes.permissions();
        boolean rootOwns = attributes.owner().getName().equals("root");
        for (PosixFilePermission permission : permissions) {
            boolean owners = permission.name().startsWith("OWNER");
            boolean groupMayRead = permission == PosixFilePermission.GROUP_READ && rootOwns;
            if (!owners && !groupMayRead) {
                return true;
            }
        }
        return false;
    }
}
