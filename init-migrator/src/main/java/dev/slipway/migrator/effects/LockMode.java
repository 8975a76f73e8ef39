package dev.slipway.migrator.effects;

import java.util.Locale;

/** PostgreSQL's table-level lock modes, from the weakest to the strongest. */
public enum LockMode {
    ACCESS_SHARE,
    ROW_SHARE,
    ROW_EXCLUSIVE,
    SHARE_UPDATE_EXCLUSIVE,
    SHARE,
    SHARE_ROW_EXCLUSIVE,
    EXCLUSIVE,
    ACCESS_EXCLUSIVE;

    /** SELECT has to wait. */
    public boolean blocksReads() {
        return this == ACCESS_EXCLUSIVE;
    }

    /** INSERT, UPDATE and DELETE have to wait. */
    public boolean blocksWrites() {
        return compareTo(SHARE) >= 0;
    }

    /** As the documentation and LOCK TABLE spell it: "SHARE ROW EXCLUSIVE". */
    public String sql() {
        return name().replace('_', ' ');
    }

    /** As {@code pg_locks.mode} spells it: "ShareRowExclusiveLock". */
    public String catalogName() {
        var spelt = new StringBuilder();
        for (String word : name().split("_", -1)) {
            spelt.append(word.charAt(0)).append(word.substring(1).toLowerCase(Locale.ROOT));
        }
        return spelt.append("Lock").toString();
    }
}
