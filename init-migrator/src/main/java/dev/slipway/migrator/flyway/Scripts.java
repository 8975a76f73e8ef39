package dev.slipway.migrator.flyway;

import dev.slipway.migrator.drizzle.DrizzleHistory;
import dev.slipway.migrator.files.Layout;
import java.util.Optional;

/**
 * Which scripts a run works with.
 *
 * @param layout how they are named, ordered and cut into statements
 * @param drizzle for a Drizzle folder only: its files, and the second history that is kept in step
 */
public record Scripts(Layout layout, Optional<DrizzleHistory> drizzle) {
    /** Flyway finds them itself in the locations that the settings name. */
    public static final Scripts OF_FLYWAY = new Scripts(Layout.FLYWAY, Optional.empty());

    public static Scripts of(DrizzleHistory drizzle) {
        return new Scripts(drizzle.project().folder().layout(), Optional.of(drizzle));
    }
}
