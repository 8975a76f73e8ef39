package dev.slipway.migrator.ledger;

import java.nio.charset.StandardCharsets;

/**
 * The text of an undo script, as it was when its migration was applied. Placeholders in it are not replaced: their
 * values may be secrets.
 *
 * @param script the name of its file
 * @param sql the whole file
 * @param sha256 of its bytes, in hex
 */
public record UndoSql(String script, String sql, String sha256) {
    /** @param utf8 the bytes of the file */
    public static UndoSql of(String script, byte[] utf8) {
        return new UndoSql(script, new String(utf8, StandardCharsets.UTF_8), LedgerScript.sha256(utf8));
    }

    /** Whether the text still matches its digest. */
    public boolean isIntact() {
        return LedgerScript.sha256(sql.getBytes(StandardCharsets.UTF_8)).equals(sha256);
    }
}
