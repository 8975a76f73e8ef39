package dev.slipway.migrator.drizzle;

import java.util.Optional;

/**
 * One row of Drizzle's history table.
 *
 * @param hash SHA-256 of the file that was applied; Drizzle writes it and never compares it
 * @param createdAt milliseconds since 1970; empty for null
 * @param name the folder's name, from Drizzle 1.0 on; empty if the table has no such column, or the row no value
 * @param nameable whether the table has that column
 */
public record DrizzleRow(long id, String hash, Optional<Long> createdAt, Optional<String> name, boolean nameable) {}
