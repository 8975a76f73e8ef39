/**
 * What an admission costs: JMH for the decision and its patch alone, and the parts of the load over TLS and HTTP/2 that
 * {@code bench/webhook} drives.
 */
@NullMarked
package dev.slipway.bench.webhook;

import org.jspecify.annotations.NullMarked;
