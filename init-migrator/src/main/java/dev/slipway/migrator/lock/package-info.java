/**
 * The advisory lock that lets one replica migrate, who holds it, and how long the others sleep between their looks.
 */
@NullMarked
package dev.slipway.migrator.lock;

import org.jspecify.annotations.NullMarked;
