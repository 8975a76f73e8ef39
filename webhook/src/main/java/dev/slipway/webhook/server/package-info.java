/**
 * The HTTP edge: TLS with a certificate that can be swapped, limits on everything a client controls, readiness, warm-up
 * and draining. The only package of the admission path that uses Vert.x.
 */
@NullMarked
package dev.slipway.webhook.server;

import org.jspecify.annotations.NullMarked;
