/** The metrics of a run, pushed at its end, because an init container ends too soon to be scraped. */
@NullMarked
package dev.slipway.migrator.metrics;

import org.jspecify.annotations.NullMarked;
