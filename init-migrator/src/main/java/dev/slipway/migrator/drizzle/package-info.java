/**
 * Reads folders that drizzle-kit wrote, and the history table of drizzle-orm, into the same model as Flyway's. Our runs
 * keep that table in sync, so that Drizzle and Slipway can take turns.
 */
@NullMarked
package dev.slipway.migrator.drizzle;

import org.jspecify.annotations.NullMarked;
