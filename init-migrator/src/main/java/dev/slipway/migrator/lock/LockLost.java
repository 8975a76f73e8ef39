package dev.slipway.migrator.lock;

import java.sql.SQLException;

/**
 * Another session holds the migration lock, or has migrated since: this session's open transaction was rolled back, and
 * only reading the history again shows what is left to do.
 */
public final class LockLost extends SQLException {
    private static final long serialVersionUID = 1L;

    public LockLost(String reason) {
        super(reason, "08003");
    }
}
