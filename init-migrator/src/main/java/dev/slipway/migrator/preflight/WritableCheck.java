package dev.slipway.migrator.preflight;

import io.vertx.sqlclient.Row;

/** Checks whether this server takes writes: it must be a primary, and the session must not be read-only. */
final class WritableCheck implements OneRowCheck {
    @Override
    public String name() {
        return "writable";
    }

    @Override
    public String question() {
        return """
                select pg_is_in_recovery(), current_setting('transaction_read_only'),
                  (select coalesce(sourcefile, '') || ' ' || source from pg_settings
                   where name = 'default_transaction_read_only')""";
    }

    @Override
    public Finding judge(Row row) {
        return judge(
                row.getBoolean(0),
                row.getString(1).equals("on"),
                row.getString(2).strip());
    }

    Finding judge(boolean inRecovery, boolean readOnly, String source) {
        if (inRecovery) {
            return Finding.refuse(
                    name(),
                    "this server is a standby: it replays what the primary does and takes no writes",
                    "name the primary, or list all hosts in the URL so that the primary is found");
        }
        if (readOnly) {
            return Finding.refuse(
                    name(),
                    "default_transaction_read_only is on (set by: " + source + "), so every write is refused",
                    "turn it off for this role or database; hosted servers turn it on when the disk is full");
        }
        return Finding.pass(name(), "primary, takes writes");
    }
}
