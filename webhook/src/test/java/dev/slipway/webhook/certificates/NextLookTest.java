package dev.slipway.webhook.certificates;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.certs.CaRollover;
import dev.slipway.certs.CertificateAuthority;
import dev.slipway.certs.ServingNames;
import dev.slipway.webhook.cluster.Pauses;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class NextLookTest {
    private static final Instant NOON = Fixtures.NOON;
    /** So rare that every other reason to look comes first. */
    private static final CertificateSettings RARELY = new CertificateSettings(
            "n", "s", "c", ServingNames.ofDns("x"), Duration.ofDays(365), Fixtures.ROLLOVER, Duration.ofDays(9999));

    private final CertificateAuthority authority = Fixtures.authorityMadeAt(NOON);
    private final CaSet authorities = Fixtures.authorities(authority);
    private final Optional<ServedLeaf> serving = Optional.of(Fixtures.servingOf(authority, NOON));
    private final TrustedSince trusted =
            TrustedSince.NONE.observe(authority.certificate(), List.of(Fixtures.trusting(authority)), NOON);

    @Test
    void eachMomentAtWhichADecisionCanChangeIsLookedAt() {
        Instant settled = Fixtures.ROLLOVER.maySignAt(NOON);
        Instant renewal = serving.orElseThrow().renewAt();
        Instant drop = Fixtures.ROLLOVER.mayDropAt(NOON);

        assertThat(next(NOON)).isEqualTo(settled);
        assertThat(next(settled)).isEqualTo(renewal);
        assertThat(next(renewal)).isEqualTo(drop);
        assertThat(next(drop)).isEqualTo(CaRollover.nextDueAt(authority.certificate()));
    }

    @Test
    void regularLookComesEvenIfNothingIsDue() {
        assertThat(NextLook.at(authorities, serving, trusted, NOON.plus(Duration.ofHours(1)), Fixtures.SETTINGS))
                .isEqualTo(NOON.plus(Duration.ofHours(1)).plus(Fixtures.SETTINGS.resync()));
    }

    @Test
    void lastResortLiesBetweenRenewalAndEnd() {
        ServedLeaf leaf = serving.orElseThrow();

        assertThat(leaf.lastResortAt()).isEqualTo(NOON.plus(Duration.ofHours(20)));
    }

    @Test
    void pausesAfterFailuresGrowToHalfAMinuteAndStartOver() {
        var backoff = new Pauses();

        assertThat(backoff.next()).isBetween(Duration.ofMillis(500), Duration.ofMillis(1500));
        for (int attempt = 0; attempt < 20; attempt++) {
            assertThat(backoff.next()).isLessThanOrEqualTo(Duration.ofSeconds(45));
        }
        assertThat(backoff.next()).isGreaterThanOrEqualTo(Duration.ofSeconds(15));
        backoff.reset();
        assertThat(backoff.next()).isLessThanOrEqualTo(Duration.ofMillis(1500));
    }

    private Instant next(Instant now) {
        return NextLook.at(authorities, serving, trusted, now, RARELY);
    }
}
