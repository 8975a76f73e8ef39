/**
 * The only package that imports Flyway. Flyway calls the callbacks and defines the history table; its rows are written as it would
 * write them.
 */
@NullMarked
package dev.slipway.migrator.flyway;

import org.jspecify.annotations.NullMarked;
