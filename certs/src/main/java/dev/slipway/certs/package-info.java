/**
 * A small certificate authority: it makes CA and serving certificates, reads and writes them as PEM, says whether a
 * chain holds, and when something is due. It opens no connections; storing and serving is up to the caller.
 *
 * <p>Everything is immutable and takes its {@link java.time.Clock} or {@link java.time.Instant} as a parameter. No
 * {@code toString} contains a private key.
 */
@NullMarked
package dev.slipway.certs;

import org.jspecify.annotations.NullMarked;
