package dev.slipway.webhook.certificates;

import dev.slipway.certs.CaRollover;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Since when this replica has seen the newest CA in every live bundle without a break. A restart forgets it and starts
 * over, which only makes a rollover slower.
 */
record TrustedSince(Optional<X509Certificate> newest, Optional<Instant> since) {
    static final TrustedSince NONE = new TrustedSince(Optional.empty(), Optional.empty());

    /** Since when this CA has been trusted; empty for any other than the one that was observed. */
    Optional<Instant> of(X509Certificate authority) {
        return newest.filter(authority::equals).isPresent() ? since : Optional.empty();
    }

    /** Whether this CA has been trusted for so long that every API server must have noticed. */
    boolean isSettled(X509Certificate authority, Instant now, CaRollover rollover) {
        return of(authority)
                .filter(begun -> !now.isBefore(rollover.maySignAt(begun)))
                .isPresent();
    }

    /** The same after another look. */
    TrustedSince observe(X509Certificate newestNow, List<LiveConfiguration> live, Instant now) {
        if (!LiveConfiguration.allTrust(live, newestNow)) {
            return new TrustedSince(Optional.of(newestNow), Optional.empty());
        }
        return of(newestNow).isPresent() ? this : new TrustedSince(Optional.of(newestNow), Optional.of(now));
    }
}
