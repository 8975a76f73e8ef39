/**
 * How one script is run: in which transaction, with which settings, how often it is tried, who blocks it meanwhile, and what a
 * failure leaves behind. It reads the pending files and knows no Flyway: what belongs to Flyway arrives as a
 * {@link dev.slipway.migrator.apply.HistoryChange}.
 */
@NullMarked
package dev.slipway.migrator.apply;

import org.jspecify.annotations.NullMarked;
