/**
 * Folders that drizzle-kit wrote, and the history table that drizzle-orm keeps: both are read into the same model as
 * Flyway's, and the table is kept in step, so that Drizzle and Slipway can take turns.
 */
@NullMarked
package dev.slipway.migrator.drizzle;

import org.jspecify.annotations.NullMarked;
