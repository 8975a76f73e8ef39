/**
 * The webhook's own certificates in a cluster, without a leader and without other software. The CA lives in one Secret,
 * which the first replica creates and all others read; each replica signs a short-lived serving certificate for itself
 * and keeps the {@code caBundle} of our webhook configurations equal to what the Secret says.
 *
 * <p>One pass, the same on every replica and after every event: read Secret and configurations, decide ({@code
 * CaDecision}, {@code LeafDecision}, {@code BundleDecision}: pure functions of what was read and the time), act.
 *
 * <p>Why replicas never fight: what the bundle holds follows from the Secret alone, not from a clock, so all replicas
 * write the same bytes; the Secret is written only against the version that was read, so of two writers one loses and
 * reads again. Why no handshake fails during a CA rollover: a new CA enters the bundle before any replica signs with
 * it, and the old one leaves it a whole leaf validity after every replica signs with the new.
 */
@NullMarked
package dev.slipway.webhook.certificates;

import org.jspecify.annotations.NullMarked;
