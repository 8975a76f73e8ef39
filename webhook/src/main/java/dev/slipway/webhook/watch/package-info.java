/**
 * Follows the pods that were injected into, and turns what their init containers reported into metrics and Events, so
 * that applications need no right and no route for it. One replica does this at a time. What is seen is decided in pure
 * functions of two snapshots of a pod; informer, Lease, Events and meters are at the edge, on threads of their own.
 */
@NullMarked
package dev.slipway.webhook.watch;

import org.jspecify.annotations.NullMarked;
