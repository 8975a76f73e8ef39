/**
 * Reads migration folders: names, versions and checksums, by Flyway's rules but without Flyway, so that the up-to-date
 * case can be decided before anything large is loaded. Drizzle's folders have the same types; its own package reads
 * them.
 */
@NullMarked
package dev.slipway.migrator.files;

import org.jspecify.annotations.NullMarked;
