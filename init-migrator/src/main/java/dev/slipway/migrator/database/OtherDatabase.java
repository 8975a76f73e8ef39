package dev.slipway.migrator.database;

import java.sql.SQLException;

/** While a run was connecting again, its settings had come to name another database than the one that it began with. */
public final class OtherDatabase extends SQLException {
    private static final long serialVersionUID = 1L;

    OtherDatabase(DatabaseTarget begun, DatabaseTarget now) {
        super("this run began with " + begun.describe() + ", and its settings name " + now.describe() + " since");
    }
}
