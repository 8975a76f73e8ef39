package dev.slipway.migrator.failure;

import java.sql.SQLException;

/** The connection was lost while a script ran, so only the history shows whether it was applied. */
public final class LostInScript extends SQLException {
    private static final long serialVersionUID = 1L;

    private final String where;

    /** @param where the script and the line */
    public LostInScript(String where, String reason, Throwable failure) {
        super(
                "the connection was lost in " + where + ": " + reason,
                SqlState.of(failure).orElse("08006"),
                failure);
        this.where = where;
    }

    /** The script and the line. */
    public String where() {
        return where;
    }
}
