/**
 * Reads the command line and prints its help: which command runs, with which settings. {@code Program} acts on the
 * result.
 */
@NullMarked
package dev.slipway.migrator.cli;

import org.jspecify.annotations.NullMarked;
