/** The metrics of a run, pushed at its end, because nothing scrapes a container that lives for a moment. */
@NullMarked
package dev.slipway.migrator.metrics;

import org.jspecify.annotations.NullMarked;
