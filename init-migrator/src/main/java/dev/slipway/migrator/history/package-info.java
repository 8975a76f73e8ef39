/**
 * Flyway's history table as rows, and the comparison of these rows with the files: up to date, pending, or different.
 */
@NullMarked
package dev.slipway.migrator.history;

import org.jspecify.annotations.NullMarked;
