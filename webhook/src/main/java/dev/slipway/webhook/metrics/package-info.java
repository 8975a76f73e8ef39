/** Every meter of the webhook, in one file. */
@NullMarked
package dev.slipway.webhook.metrics;

import org.jspecify.annotations.NullMarked;
