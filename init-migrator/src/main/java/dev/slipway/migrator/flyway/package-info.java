/**
 * The only package that imports Flyway. Flyway is told which scripts there are, runs SQL callbacks and writes its own
 * history rows; this package decides in which transaction, with which settings, and how often a script is tried.
 */
@NullMarked
package dev.slipway.migrator.flyway;

import org.jspecify.annotations.NullMarked;
