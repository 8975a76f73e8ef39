package dev.slipway.migrator.ledger;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;

/**
 * A script as the ledger knows it.
 *
 * @param name its path below the location, as in the history
 * @param version empty for repeatable migrations
 * @param sha256 of the bytes of the file, in hex: unlike Flyway's checksum it sees line ends too
 */
public record Script(String name, Optional<String> version, String sha256) {
    public static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java platform has SHA-256", impossible);
        }
    }
}
