/**
 * The migrations as they lie in folders: names, versions and checksums, by Flyway's rules but without Flyway, so that the
 * up-to-date case can be decided before anything large is loaded.
 */
@NullMarked
package dev.slipway.migrator.files;

import org.jspecify.annotations.NullMarked;
