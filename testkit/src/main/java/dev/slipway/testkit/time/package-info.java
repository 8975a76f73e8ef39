/** Clocks that a test moves, and tests that the clock judges. */
@NullMarked
package dev.slipway.testkit.time;

import org.jspecify.annotations.NullMarked;
