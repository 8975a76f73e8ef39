/**
 * Finds what was changed in a schema by hand: each migrating run keeps a snapshot of the catalogue beside the history,
 * and {@code slipway drift} compares it with the catalogue as it is.
 */
@NullMarked
package dev.slipway.migrator.drift;

import org.jspecify.annotations.NullMarked;
