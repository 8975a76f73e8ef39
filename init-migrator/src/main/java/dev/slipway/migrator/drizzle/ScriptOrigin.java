package dev.slipway.migrator.drizzle;

import dev.slipway.migrator.files.Layout;
import dev.slipway.migrator.files.MigrationFolder;
import java.util.Optional;

/**
 * Which scripts a run works with.
 *
 * @param folder all of them: Flyway is given this list, and looks for no file itself
 * @param keepsSearchPath whether scripts find the search_path as the session has it, instead of one that begins with the schema
 * @param drizzle for a Drizzle folder only: its files, and the second history that is kept in step
 */
public record ScriptOrigin(MigrationFolder folder, boolean keepsSearchPath, Optional<DrizzleHistory> drizzle) {
    /** How they are named, ordered and cut into statements. */
    Layout layout() {
        return folder.layout();
    }
}
