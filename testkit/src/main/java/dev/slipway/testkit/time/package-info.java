/** Clocks that a test moves. */
@NullMarked
package dev.slipway.testkit.time;

import org.jspecify.annotations.NullMarked;
