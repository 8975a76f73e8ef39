/** One JSON object for each log line, on standard output. */
@NullMarked
package dev.slipway.webhook.log;

import org.jspecify.annotations.NullMarked;
