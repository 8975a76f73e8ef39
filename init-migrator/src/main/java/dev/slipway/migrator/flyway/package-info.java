/**
 * The only package that imports Flyway. Flyway calls the callbacks and defines the history table; we write its rows
 * exactly as Flyway would.
 */
@NullMarked
package dev.slipway.migrator.flyway;

import org.jspecify.annotations.NullMarked;
