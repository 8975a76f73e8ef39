/** The program: command line, wiring, start and stop order. The only place that reads the environment and exits. */
@NullMarked
package dev.slipway.webhook;

import org.jspecify.annotations.NullMarked;
