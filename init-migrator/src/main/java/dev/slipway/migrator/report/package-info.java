/**
 * What a run tells the world: log lines, the termination message, metrics.
 */
@NullMarked
package dev.slipway.migrator.report;

import org.jspecify.annotations.NullMarked;
