package dev.slipway.migrator.flyway;

import java.sql.SQLException;

/** A script has released the migration lock: as bad as if the connection were lost, and so is its SQLSTATE. */
final class LockReleased extends SQLException {
    private static final long serialVersionUID = 1L;

    LockReleased() {
        super("the script released the migration lock", "08003");
    }
}
