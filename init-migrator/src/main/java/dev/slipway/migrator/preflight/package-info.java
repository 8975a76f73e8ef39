/**
 * Looks at the database before anything is migrated: pipelined questions on one connection of the Vert.x PG client, a
 * second connection that unmasks poolers, and a verdict with a way out for each. The only package of the migrator that knows
 * Vert.x; nothing on the path of an up-to-date {@code migrate} loads it.
 */
@NullMarked
package dev.slipway.migrator.preflight;

import org.jspecify.annotations.NullMarked;
