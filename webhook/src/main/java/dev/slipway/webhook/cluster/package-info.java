/** The connection to the API server of the cluster that this webhook runs in, and what that cluster can do. */
@NullMarked
package dev.slipway.webhook.cluster;

import org.jspecify.annotations.NullMarked;
