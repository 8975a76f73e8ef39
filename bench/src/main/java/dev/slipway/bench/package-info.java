/**
 * Whole-process benchmarks: real programs against a real PostgreSQL, the migrator beside its peers, in one run and on one
 * server, so that the ratios mean something where the absolute figures do not.
 */
@NullMarked
package dev.slipway.bench;

import org.jspecify.annotations.NullMarked;
