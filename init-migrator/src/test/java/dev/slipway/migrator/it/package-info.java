/**
 * The migrator as a kubelet starts it: real processes on real PostgreSQL servers, killed, stopped, cut off and restarted.
 */
@NullMarked
package dev.slipway.migrator.it;

import org.jspecify.annotations.NullMarked;
