/** Starts real programs as real processes, reads what they print, signals and kills them. */
@NullMarked
package dev.slipway.testkit.process;

import org.jspecify.annotations.NullMarked;
