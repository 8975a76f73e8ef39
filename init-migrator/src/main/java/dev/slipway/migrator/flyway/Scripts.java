package dev.slipway.migrator.flyway;

import dev.slipway.migrator.drizzle.DrizzleHistory;
import dev.slipway.migrator.files.Layout;
import java.util.Optional;

/**
 * Which scripts a run works with.
 *
 * @param layout how they are named, ordered and cut into statements
 * @param keepsSearchPath whether scripts find the search_path as the session has it, instead of one that begins with the schema
 * @param drizzle for a Drizzle folder only: its files, and the second history that is kept in step
 */
public record Scripts(Layout layout, boolean keepsSearchPath, Optional<DrizzleHistory> drizzle) {
    /** Flyway finds them itself in the locations that the settings name. */
    public static final Scripts OF_FLYWAY = new Scripts(Layout.FLYWAY, false, Optional.empty());

    public static Scripts of(DrizzleHistory drizzle, boolean keepsSearchPath) {
        return new Scripts(drizzle.project().folder().layout(), keepsSearchPath, Optional.of(drizzle));
    }
}
