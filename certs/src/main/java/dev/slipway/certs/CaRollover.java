package dev.slipway.certs;

import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;

/**
 * When a CA is followed by the next, as questions about moments. The order is what makes it safe:
 *
 * <ol>
 *   <li>from {@link #nextDueAt} on, a new CA is made and put into the bundle in front of the old;
 *   <li>from {@link #maySignAt} on, which counts from the moment at which every client was seen to trust the new CA,
 *       servers sign with it;
 *   <li>from {@link #mayDropAt} on, no valid leaf of the old CA is left, and the old CA leaves the bundle.
 * </ol>
 *
 * <p>The third needs no roll call. A server signs with the newest CA that is trusted, so the youngest leaf of the old
 * CA was made no later than {@link #maySignAt}, give or take the difference between two clocks; it has ended a leaf
 * validity later.
 *
 * @param leafValidity how long a serving certificate is valid from the moment it is made
 * @param settling how long a client may go on using a bundle after it was replaced, as kube-apiserver's cache does
 * @param clockSkew how far the clocks of any two machines may be apart
 */
public record CaRollover(Duration leafValidity, Duration settling, Duration clockSkew) {
    /** The new CA is made while the old has this part of its life left: months, for a CA of a year. */
    public static Instant nextDueAt(X509Certificate newest) {
        return Renewal.dueAt(newest);
    }

    /** @param trustedSince when the new CA was first seen in every client's bundle */
    public Instant maySignAt(Instant trustedSince) {
        return trustedSince.plus(settling);
    }

    /** @param trustedSince as in {@link #maySignAt} */
    public Instant mayDropAt(Instant trustedSince) {
        return maySignAt(trustedSince).plus(leafValidity).plus(clockSkew);
    }
}
