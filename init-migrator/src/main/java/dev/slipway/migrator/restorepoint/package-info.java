/** A way back: a named point in the write-ahead log, made before the first pending script runs. */
@NullMarked
package dev.slipway.migrator.restorepoint;

import org.jspecify.annotations.NullMarked;
