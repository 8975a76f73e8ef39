package dev.slipway.webhook.certificates;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.certs.CertificateAuthority;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class CaDecisionTest {
    private static final Instant NOON = Fixtures.NOON;
    private static final List<LiveConfiguration> NOBODY_YET = List.of(Fixtures.wiped(), Fixtures.wiped());

    private final CertificateAuthority present = Fixtures.authorityMadeAt(NOON.minus(Duration.ofDays(100)));
    private final CertificateAuthority former = Fixtures.authorityMadeAt(NOON.minus(Duration.ofDays(250)));
    private final CertificateAuthority ended = Fixtures.authorityMadeAt(NOON.minus(Duration.ofDays(400)));
    private final Optional<CaSet> memory = Optional.of(Fixtures.authorities(present, former));

    @Test
    void absentSecretIsCreatedWithANewAuthority() {
        assertThat(decide(new SecretState.Absent(), Optional.empty(), NOBODY_YET))
                .isEqualTo(
                        new CaDecision.NewAuthority(Optional.empty(), List.of(), List.of(), CaChange.CREATED_SECRET));
    }

    @Test
    void emptySecretIsFilledAgainstTheVersionThatWasRead() {
        assertThat(decide(new SecretState.Empty("7"), Optional.empty(), NOBODY_YET))
                .isEqualTo(new CaDecision.NewAuthority(
                        Optional.of("7"), List.of(), List.of(), CaChange.FILLED_EMPTY_SECRET));
    }

    @Test
    void deletedSecretMeansANewAuthorityWhileTheOldStaysTrustedWithoutItsKey() {
        var decision = (CaDecision.NewAuthority) decide(new SecretState.Absent(), memory, NOBODY_YET);

        assertThat(decision.formerSigners()).isEmpty();
        assertThat(decision.predecessors()).containsExactly(present.certificate(), former.certificate());
    }

    @Test
    void replicaWithoutMemoryTakesThePredecessorsFromTheLiveBundles() {
        var decision = (CaDecision.NewAuthority) decide(
                new SecretState.Absent(),
                Optional.empty(),
                List.of(Fixtures.trusting(former), Fixtures.trusting(present, former, ended)));

        assertThat(decision.predecessors()).containsExactly(present.certificate(), former.certificate());
    }

    @Test
    void healthySecretIsKept() {
        var healthy = healthy(present);

        assertThat(decide(healthy, Optional.empty(), NOBODY_YET)).isEqualTo(new CaDecision.Keep(healthy.authorities()));
    }

    @Test
    void authorityRollsOverAtTwoThirdsOfItsLifeAndKeepsItsKeyForTheTimeBeing() {
        Instant due = NOON.minus(Duration.ofDays(100)).plus(Duration.ofDays(244));

        assertThat(decideAt(due.minus(Duration.ofDays(2)), healthy(present), TrustedSince.NONE))
                .isInstanceOf(CaDecision.Keep.class);
        assertThat(decideAt(due, healthy(present), TrustedSince.NONE))
                .isEqualTo(new CaDecision.NewAuthority(
                        Optional.of("7"), List.of(present), List.of(present.certificate()), CaChange.ROLLED_OVER));
    }

    @Test
    void expiredAuthorityIsReplacedButStaysTrustedInCaseThisClockIsWrong() {
        assertThat(decide(healthy(ended), Optional.empty(), NOBODY_YET))
                .isEqualTo(new CaDecision.NewAuthority(
                        Optional.of("7"), List.of(ended), List.of(ended.certificate()), CaChange.REPLACED_EXPIRED));
    }

    @Test
    void predecessorLeavesWhenEveryLeafOfItMustHaveEnded() {
        var both = healthy(present, former);
        TrustedSince trust = trustedSince(present, NOON);
        Instant moment = Fixtures.ROLLOVER.mayDropAt(NOON);

        assertThat(decideAt(moment.minusMillis(1), both, trust)).isInstanceOf(CaDecision.Keep.class);
        assertThat(decideAt(moment, both, trust))
                .isEqualTo(new CaDecision.Rewrite("7", Fixtures.authorities(present), CaChange.DROPPED_PREDECESSORS));
    }

    @Test
    void predecessorStaysWhileTheNewestIsNotTrustedEverywhere() {
        TrustedSince broken =
                trustedSince(present, NOON).observe(present.certificate(), NOBODY_YET, NOON.plus(Fixtures.DAY));

        assertThat(decideAt(NOON.plus(Duration.ofDays(30)), healthy(present, former), broken))
                .isInstanceOf(CaDecision.Keep.class);
    }

    @Test
    void trustOfAnotherAuthorityDropsNothing() {
        assertThat(decideAt(NOON.plus(Duration.ofDays(30)), healthy(present, former), trustedSince(former, NOON)))
                .isInstanceOf(CaDecision.Keep.class);
    }

    @Test
    void damagedSecretIsRestoredFromMemorySoThatNobodyNoticed() {
        assertThat(decide(damaged(List.of()), memory, NOBODY_YET))
                .isEqualTo(new CaDecision.Rewrite("7", memory.orElseThrow(), CaChange.RESTORED_DAMAGED));
    }

    @Test
    void damagedSecretWithoutMemoryGetsANewAuthorityAndKeepsEveryTraceOfTheOld() {
        var decision = (CaDecision.NewAuthority) decide(
                damaged(List.of(former.certificate(), ended.certificate())),
                Optional.empty(),
                List.of(Fixtures.trusting(present)));

        assertThat(decision.replaces()).hasValue("7");
        assertThat(decision.change()).isEqualTo(CaChange.REPLACED_DAMAGED);
        assertThat(decision.predecessors()).containsExactly(present.certificate(), former.certificate());
        assertThat(decision.formerSigners()).isEmpty();
    }

    @Test
    void memoryOfAnExpiredAuthorityRestoresNothing() {
        assertThat(decide(damaged(List.of()), Optional.of(Fixtures.authorities(ended)), NOBODY_YET))
                .isEqualTo(
                        new CaDecision.NewAuthority(Optional.of("7"), List.of(), List.of(), CaChange.REPLACED_DAMAGED));
    }

    @Test
    void bundleNeverGrowsBeyondItsLimit() {
        var newest = Fixtures.authorityMadeAt(NOON);
        var predecessors = Stream.generate(() -> Fixtures.authorityMadeAt(NOON).certificate())
                .limit(20)
                .toList();

        var authorities = CaSet.of(newest, List.of(), predecessors);

        assertThat(authorities.trusted()).hasSize(CaSet.MOST_TRUSTED).startsWith(newest.certificate());
    }

    private CaDecision decide(SecretState secret, Optional<CaSet> remembered, List<LiveConfiguration> live) {
        return CaDecision.decide(secret, remembered, live, TrustedSince.NONE, NOON, Fixtures.ROLLOVER);
    }

    private CaDecision decideAt(Instant now, SecretState secret, TrustedSince trust) {
        return CaDecision.decide(secret, Optional.empty(), NOBODY_YET, trust, now, Fixtures.ROLLOVER);
    }

    private static SecretState.Healthy healthy(CertificateAuthority... newestFirst) {
        return new SecretState.Healthy("7", Fixtures.authorities(newestFirst));
    }

    private static SecretState.Damaged damaged(List<X509Certificate> salvaged) {
        return new SecretState.Damaged("7", List.of("ca.key is empty"), salvaged);
    }

    private static TrustedSince trustedSince(CertificateAuthority authority, Instant since) {
        return TrustedSince.NONE.observe(authority.certificate(), List.of(Fixtures.trusting(authority)), since);
    }
}
