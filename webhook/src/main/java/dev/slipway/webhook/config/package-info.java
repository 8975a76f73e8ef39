/** The webhook's own configuration, read from the environment in one place. */
@NullMarked
package dev.slipway.webhook.config;

import org.jspecify.annotations.NullMarked;
