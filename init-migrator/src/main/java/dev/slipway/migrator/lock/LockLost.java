package dev.slipway.migrator.lock;

import java.sql.SQLException;

/**
 * Another session holds the migration lock, or has migrated meanwhile: what this one had open was rolled back, and only a
 * new look at the history tells what is left to do.
 */
public final class LockLost extends SQLException {
    private static final long serialVersionUID = 1L;

    public LockLost(String reason) {
        super(reason, "08003");
    }
}
