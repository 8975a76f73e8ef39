/**
 * Examines the database before anything is migrated: sends pipelined questions on one connection of the Vert.x PG
 * client, detects poolers with a second connection, and gives each check a verdict with a way out. No other package of
 * the migrator uses Vert.x, and an up-to-date {@code migrate} does not load it.
 */
@NullMarked
package dev.slipway.migrator.preflight;

import org.jspecify.annotations.NullMarked;
