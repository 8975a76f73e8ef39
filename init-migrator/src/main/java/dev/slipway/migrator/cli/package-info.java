/** The command line: which command, with which settings. It decides and describes; {@code Main} acts. */
@NullMarked
package dev.slipway.migrator.cli;

import org.jspecify.annotations.NullMarked;
