/** The advisory lock that lets one replica migrate, which session holds it, and how the other replicas wait for it. */
@NullMarked
package dev.slipway.migrator.lock;

import org.jspecify.annotations.NullMarked;
