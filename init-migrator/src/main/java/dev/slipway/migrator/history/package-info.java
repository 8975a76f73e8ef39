/**
 * Reads Flyway's history table, compares it with the files, and decides whether a run may go on. It also chooses the
 * schema of the history.
 */
@NullMarked
package dev.slipway.migrator.history;

import org.jspecify.annotations.NullMarked;
