package dev.slipway.webhook.certificates;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.certs.CertificateAuthority;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class LeafDecisionTest {
    private static final Instant NOON = Fixtures.NOON;
    private static final Instant SETTLED = Fixtures.ROLLOVER.maySignAt(NOON);

    private final CertificateAuthority former = Fixtures.authorityMadeAt(NOON.minus(Duration.ofDays(250)));
    private final CertificateAuthority newest = Fixtures.authorityMadeAt(NOON);
    private final CaSet alone = Fixtures.authorities(former);
    private final CaSet both = Fixtures.authorities(newest, former);
    private final Optional<ServedLeaf> ofFormer = Optional.of(Fixtures.servingOf(former, NOON));
    private final Optional<ServedLeaf> ofNewest = Optional.of(Fixtures.servingOf(newest, NOON));
    private final List<LiveConfiguration> trustFormer = List.of(Fixtures.trusting(former), Fixtures.trusting(former));
    private final List<LiveConfiguration> trustBoth =
            List.of(Fixtures.trusting(newest, former), Fixtures.trusting(newest, former));
    private final List<LiveConfiguration> trustMixed =
            List.of(Fixtures.trusting(newest, former), Fixtures.trusting(former));
    private final List<LiveConfiguration> trustNobody = List.of(Fixtures.wiped(), Fixtures.wiped());

    @Test
    void firstLeafIsSignedAtOnce() {
        assertThat(decide(Optional.empty(), alone, trustNobody, NOON)).isEqualTo(new LeafDecision.Sign(former, false));
        assertThat(decide(Optional.empty(), alone, trustFormer, NOON)).isEqualTo(new LeafDecision.Sign(former, false));
        assertThat(decide(Optional.empty(), alone, trustFormer, SETTLED))
                .isEqualTo(new LeafDecision.Sign(former, true));
    }

    @Test
    void leafIsKeptUntilItIsDue() {
        Instant due = ofFormer.orElseThrow().renewAt();

        assertThat(decide(ofFormer, alone, trustFormer, due.minusMillis(1))).isEqualTo(new LeafDecision.Keep());
        assertThat(decide(ofFormer, alone, trustFormer, due)).isEqualTo(new LeafDecision.Sign(former, true));
    }

    @Test
    void wipedBundleIsNoReasonToSignAnew() {
        assertThat(decide(ofFormer, alone, trustNobody, NOON)).isEqualTo(new LeafDecision.Keep());
    }

    @Test
    void newAuthorityDoesNotSignBeforeItIsTrustedEverywhere() {
        assertThat(decide(ofFormer, both, trustFormer, NOON)).isEqualTo(new LeafDecision.Keep());
        assertThat(decide(ofFormer, both, trustMixed, SETTLED.plus(Fixtures.DAY)))
                .isEqualTo(new LeafDecision.Sign(former, true));
        assertThat(decide(Optional.empty(), both, trustMixed, NOON)).isEqualTo(new LeafDecision.Sign(former, true));
    }

    @Test
    void newAuthoritySignsOnceItIsTrustedEverywhereForLongEnough() {
        assertThat(decide(ofFormer, both, trustBoth, SETTLED.minusMillis(1))).isEqualTo(new LeafDecision.Keep());
        assertThat(decide(ofFormer, both, trustBoth, SETTLED)).isEqualTo(new LeafDecision.Sign(newest, true));
        assertThat(decide(ofNewest, both, trustBoth, SETTLED)).isEqualTo(new LeafDecision.Keep());
    }

    @Test
    void replicaThatStartsDuringARolloverSignsWithThePredecessorFirst() {
        assertThat(decide(Optional.empty(), both, trustBoth, NOON)).isEqualTo(new LeafDecision.Sign(former, true));
        assertThat(decide(Optional.empty(), both, trustBoth, SETTLED)).isEqualTo(new LeafDecision.Sign(newest, true));
    }

    @Test
    void leafOfAnAuthorityThatTheSecretNoLongerHoldsIsReplaced() {
        assertThat(decide(ofNewest, alone, trustFormer, NOON)).isEqualTo(new LeafDecision.Sign(former, false));
    }

    @Test
    void configurationsThatDoNotExistHoldNobodyBack() {
        List<LiveConfiguration> absent =
                List.of(new LiveConfiguration.Absent("one"), new LiveConfiguration.Absent("two"));

        assertThat(decide(ofFormer, both, absent, SETTLED)).isEqualTo(new LeafDecision.Sign(newest, true));
    }

    @Test
    void configurationsThatCouldNotBeReadHoldTheNewAuthorityBack() {
        List<LiveConfiguration> unknown = List.of(new LiveConfiguration.Unknown("one"), Fixtures.trusting(newest));

        assertThat(decide(ofFormer, both, unknown, SETTLED)).isEqualTo(new LeafDecision.Keep());
    }

    @Test
    void authorityThatIsNotYetValidDoesNotSign() {
        var future = Fixtures.authorityMadeAt(NOON.plus(Fixtures.DAY));
        var authorities = Fixtures.authorities(future, former);
        List<LiveConfiguration> trusted = List.of(Fixtures.trusting(future, former));

        assertThat(decide(ofFormer, authorities, trusted, SETTLED)).isEqualTo(new LeafDecision.Keep());
        assertThat(decide(Optional.empty(), authorities, trusted, SETTLED))
                .isEqualTo(new LeafDecision.Sign(former, true));
    }

    @Test
    void withoutAValidAuthorityTheLeafStaysAndTheReasonIsSaid() {
        var future = Fixtures.authorities(Fixtures.authorityMadeAt(NOON.plus(Fixtures.DAY)));

        assertThat(decide(Optional.empty(), future, trustNobody, NOON))
                .isInstanceOfSatisfying(
                        LeafDecision.Impossible.class,
                        impossible -> assertThat(impossible.problem())
                                .contains("no CA in the Secret is valid at 2026-03-01T12:00:00Z"));
    }

    /** Trust is what a replica saw that has looked at this once, at noon. */
    private static LeafDecision decide(
            Optional<ServedLeaf> serving, CaSet authorities, List<LiveConfiguration> live, Instant now) {
        TrustedSince trust = TrustedSince.NONE.observe(authorities.newest().certificate(), live, NOON);
        return LeafDecision.decide(serving, authorities, live, trust, now, Fixtures.ROLLOVER);
    }
}
