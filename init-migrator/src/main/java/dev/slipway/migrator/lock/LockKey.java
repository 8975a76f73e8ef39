package dev.slipway.migrator.lock;

import dev.slipway.migrator.history.HistoryTable;

/**
 * The advisory lock key of one history table. It has two int4 halves, so that it can never equal Flyway's key, which is
 * one bigint: PostgreSQL keeps the two forms apart ({@code pg_locks.objsubid} is 2 for the first form and 1 for the
 * second). Advisory locks belong to a database; the same key in another database is another lock.
 *
 * @param namespace the same for every Slipway
 * @param object represents the history table
 */
public record LockKey(int namespace, int object) {
    /** "SLIP" in ASCII. */
    private static final int SLIPWAY = 0x534C4950;

    /** "Flyway" in ASCII: the base of Flyway's key (PostgreSQLAdvisoryLockTemplate). */
    private static final long FLYWAY = 0x466C79776179L;

    public static LockKey of(HistoryTable table) {
        return new LockKey(SLIPWAY, table.quoted().hashCode());
    }

    /** The key that Flyway itself locks while it migrates with this history table. */
    public static long flywayKeyOf(HistoryTable table) {
        return FLYWAY + table.quoted().hashCode();
    }
}
