package dev.slipway.migrator.ledger;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;

/**
 * A script as the ledger records it.
 *
 * @param name its path below the location, as in the history
 * @param version empty for repeatable migrations
 * @param sha256 of the bytes of the file, in hex: unlike Flyway's checksum, it includes line ends
 * @param undoes whether it undoes the version instead of applying it
 * @param undo its undo script; empty if there is none
 * @param contract whether it removes something that older versions of the application use
 * @param oldestAppVersion the oldest version of the application that works after it; empty if not set
 * @param note for people; empty if there is nothing to say
 */
public record LedgerScript(
        String name,
        Optional<String> version,
        String sha256,
        boolean undoes,
        Optional<UndoSql> undo,
        boolean contract,
        Optional<String> oldestAppVersion,
        String note) {
    /** @param bytes of the file */
    public static LedgerScript migration(String name, Optional<String> version, byte[] bytes, Optional<UndoSql> undo) {
        return new LedgerScript(name, version, sha256(bytes), false, undo, false, Optional.empty(), "");
    }

    public LedgerScript asContract(Optional<String> newOldestAppVersion) {
        return new LedgerScript(name, version, sha256, undoes, undo, true, newOldestAppVersion, note);
    }

    /** @param note why it was undone */
    public static LedgerScript undo(UndoSql sql, String version, String note) {
        return new LedgerScript(
                sql.script(),
                Optional.of(version),
                sql.sha256(),
                true,
                Optional.empty(),
                false,
                Optional.empty(),
                note);
    }

    /** The state of an attempt that succeeded. */
    String doneState() {
        return undoes ? "undone" : "applied";
    }

    public static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java platform has SHA-256", impossible);
        }
    }
}
