package dev.slipway.migrator.drizzle;

import dev.slipway.migrator.files.Layout;
import dev.slipway.migrator.files.MigrationFolder;
import java.util.Optional;

/**
 * The scripts of a run.
 *
 * @param folder all scripts: Flyway gets this list, and does not search for files itself
 * @param keepsSearchPath whether scripts run with the session's own search_path instead of one that begins with the
 * schema
 * @param drizzle for a Drizzle folder only: its files, and the second history, which is kept in sync
 */
public record ScriptOrigin(MigrationFolder folder, boolean keepsSearchPath, Optional<DrizzleHistory> drizzle) {
    /** How the scripts are named, ordered and split into statements. */
    Layout layout() {
        return folder.layout();
    }
}
