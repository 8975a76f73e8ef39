/**
 * Determines which locks a statement takes, on which relation, and how much of a table it reads or writes while it
 * holds them, from the text alone, without a database.
 */
@NullMarked
package dev.slipway.migrator.effects;

import org.jspecify.annotations.NullMarked;
