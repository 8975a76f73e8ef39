package dev.slipway.migrator.apply;

import dev.slipway.migrator.files.MigrationFile;
import dev.slipway.migrator.ledger.LedgerScript;
import dev.slipway.migrator.sql.SqlScript;

/**
 * A script that was read, and that can be run.
 *
 * @param checksum for its row: that of a repeatable migration is of its text with placeholders replaced
 * @param sql what is sent of it: placeholders replaced, without the BEGIN and COMMIT of its author
 * @param withoutControl whether such a BEGIN or COMMIT was left out
 */
public record ReadyScript(
        MigrationFile file, int checksum, LedgerScript script, ScriptMode mode, SqlScript sql, boolean withoutControl) {
    public String name() {
        return file.script();
    }

    public PendingScript changing(HistoryChange change) {
        return new PendingScript(change, script, mode, sql.statements(), PendingScript.setsSessionState(sql));
    }
}
