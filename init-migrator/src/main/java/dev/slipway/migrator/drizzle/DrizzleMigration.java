package dev.slipway.migrator.drizzle;

import dev.slipway.migrator.files.MigrationFile;
import dev.slipway.migrator.ledger.LedgerScript;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * A migration of a Drizzle folder.
 *
 * @param file the migration in the common model; its version is {@link #createdAt} in UTC, to the second
 * @param createdAt milliseconds since 1970: {@code when} of the journal, or the time in the folder's name
 * @param name the folder's name; for a journal the name that {@code drizzle-kit up} gives the folder
 * @param hash of the file, as Drizzle computes it: SHA-256 in hex
 * @param hashesOfOtherLineEnds of the same text with LF, and with CR LF
 */
public record DrizzleMigration(
        MigrationFile file, long createdAt, String name, String hash, List<String> hashesOfOtherLineEnds) {
    public DrizzleMigration {
        hashesOfOtherLineEnds = List.copyOf(hashesOfOtherLineEnds);
    }

    static DrizzleMigration of(MigrationFile file, long createdAt, String name, byte[] utf8) {
        String lf = new String(utf8, StandardCharsets.UTF_8).replace("\r\n", "\n");
        return new DrizzleMigration(
                file,
                createdAt,
                name,
                LedgerScript.sha256(utf8),
                List.of(sha256(lf), sha256(lf.replace("\n", "\r\n"))));
    }

    private static String sha256(String text) {
        return LedgerScript.sha256(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Drizzle 1.0 keeps times to the second; compared with such a time, the milliseconds do not count. */
    boolean isOfTime(long otherCreatedAt) {
        boolean onlySeconds = createdAt % 1000 == 0 || otherCreatedAt % 1000 == 0;
        return createdAt == otherCreatedAt || (onlySeconds && second() == Math.floorDiv(otherCreatedAt, 1000));
    }

    /** The second that its time is in: that of all migrations which {@link #isOfTime} may mean. */
    long second() {
        return Math.floorDiv(createdAt, 1000);
    }

    boolean hasContentOf(String otherHash) {
        return hash.equals(otherHash) || hashesOfOtherLineEnds.contains(otherHash);
    }
}
