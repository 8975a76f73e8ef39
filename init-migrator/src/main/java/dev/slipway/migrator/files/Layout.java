package dev.slipway.migrator.files;

import dev.slipway.migrator.sql.SqlScript;

/** How the files of a folder are named, ordered and cut into statements. */
public enum Layout {
    /** {@code V1__name.sql} and the rest of Flyway's names. */
    FLYWAY,
    /** Drizzle up to 0.x: {@code 0000_name.sql}, in the order of {@code meta/_journal.json}. */
    DRIZZLE_JOURNAL,
    /** Drizzle from 1.0 on: {@code 20260101120000_name/migration.sql}, in the order of the names. */
    DRIZZLE_FOLDERS;

    private static final String BREAKPOINT = "--> statement-breakpoint";

    public boolean isDrizzle() {
        return this != FLYWAY;
    }

    /** Whether a migration may be applied after a newer one, as Drizzle does from 1.0 on. */
    public boolean takesLateMigrations() {
        return this == DRIZZLE_FOLDERS;
    }

    /** Whether <code>${name}</code> can mean a placeholder. */
    public boolean hasPlaceholders() {
        return this == FLYWAY;
    }

    /**
     * Whether a script may have statements that refuse a transaction beside others. drizzle-kit writes such scripts,
     * and splitting such a script would change the migration that Drizzle has recorded.
     */
    public boolean mayMix() {
        return isDrizzle();
    }

    /** @throws dev.slipway.migrator.sql.SqlSyntaxException naming everything that cannot be read */
    public SqlScript parse(String text) {
        return isDrizzle() ? SqlScript.parseParts(text, BREAKPOINT) : SqlScript.parse(text);
    }
}
