/**
 * Whether the API server injects pods: the question that {@code helm test} asks. A command of its own; the webhook itself does
 * not use it.
 */
@NullMarked
package dev.slipway.webhook.check;

import org.jspecify.annotations.NullMarked;
