package dev.slipway.migrator.apply;

import dev.slipway.migrator.files.MigrationFile;
import dev.slipway.migrator.ledger.LedgerScript;
import dev.slipway.migrator.sql.SqlScript;

/**
 * A script that has been read and can run.
 *
 * @param checksum the checksum for its row; for a repeatable migration, of the text with placeholders replaced
 * @param sql the SQL to send: placeholders replaced, without the author's own BEGIN and COMMIT
 * @param withoutControl whether such a BEGIN or COMMIT was left out
 */
public record ReadyScript(
        MigrationFile file, int checksum, LedgerScript script, ScriptMode mode, SqlScript sql, boolean withoutControl) {
    public String name() {
        return file.script();
    }

    public PendingScript changing(HistoryChange change) {
        return new PendingScript(
                change, script, mode, sql.statements(), file.header().resumable(), PendingScript.setsSessionState(sql));
    }
}
