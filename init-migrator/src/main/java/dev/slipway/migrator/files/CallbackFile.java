package dev.slipway.migrator.files;

import java.nio.file.Path;

/**
 * A script that Flyway's events call.
 *
 * @param event Flyway's id of the event, as in {@code afterMigrate}
 * @param script the path below its location, with slashes
 * @param path where it lies
 */
public record CallbackFile(String event, String script, Path path) {}
