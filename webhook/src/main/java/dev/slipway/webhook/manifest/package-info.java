/** Reads manifests as kubectl does, so that {@code explain} speaks of the objects that would be applied. */
@NullMarked
package dev.slipway.webhook.manifest;

import org.jspecify.annotations.NullMarked;
