/** Small programs that are measured as processes of their own. */
@NullMarked
package dev.slipway.bench.program;

import org.jspecify.annotations.NullMarked;
