/**
 * Decides what happens to a pod: whether it opted in, whether its annotations make sense, which init containers and
 * volumes it gets, and where they stand. Pure functions of the pod and the defaults: nothing here reads a file, a clock,
 * the environment or the network.
 */
@NullMarked
package dev.slipway.webhook.injection;

import org.jspecify.annotations.NullMarked;
