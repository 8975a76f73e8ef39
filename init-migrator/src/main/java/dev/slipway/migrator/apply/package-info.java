/**
 * Runs scripts: in which transaction, with which settings and retries, what blocks them, and what a failure leaves
 * behind. The package reads the pending files and does not depend on Flyway, which supplies its part as a
 * {@link dev.slipway.migrator.apply.HistoryChange}.
 */
@NullMarked
package dev.slipway.migrator.apply;

import org.jspecify.annotations.NullMarked;
