package dev.slipway.migrator.files;

import java.nio.file.Path;
import java.util.Set;

/**
 * A script that Flyway's events call.
 *
 * @param event Flyway's id of the event, as in {@code afterMigrate}
 * @param script the path below its location, with slashes
 * @param path where it lies
 */
public record CallbackFile(String event, String script, Path path) {
    private static final Set<String> AT_THE_END = Set.of("afterVersioned", "afterMigrateApplied", "afterMigrate");

    /**
     * Whether it is called after migrations, so that its call may still be outstanding when all of them are applied.
     */
    public boolean isAtTheEnd() {
        return AT_THE_END.contains(event);
    }
}
