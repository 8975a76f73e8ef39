/**
 * Whether a rollout is over: what has to be known before a contract migration takes away what older pods use. A command of
 * its own, for the Job that runs such migrations; the webhook itself does not use it.
 */
@NullMarked
package dev.slipway.webhook.rollout;

import org.jspecify.annotations.NullMarked;
