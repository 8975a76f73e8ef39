/**
 * Everything that a run needs to know before it starts, read from flags, environment and mounted files, with all
 * mistakes reported at once. Nothing else reads the environment.
 */
@NullMarked
package dev.slipway.migrator.config;

import org.jspecify.annotations.NullMarked;
