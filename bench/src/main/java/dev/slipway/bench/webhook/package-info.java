/** JMH benchmarks of the webhook's decision and patch, without HTTP and TLS around them. */
@NullMarked
package dev.slipway.bench.webhook;

import org.jspecify.annotations.NullMarked;
