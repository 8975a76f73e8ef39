/** The same small migrations in the format of each tool. */
@NullMarked
package dev.slipway.bench.migrations;

import org.jspecify.annotations.NullMarked;
