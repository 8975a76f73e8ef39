package dev.slipway.webhook.certificates;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.certs.CertificateAuthority;
import dev.slipway.certs.CertificateBundle;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class CertificateReadinessTest {
    private final CertificateAuthority authority = Fixtures.authorityMadeAt(Fixtures.NOON);
    private final CertificateAuthority other = Fixtures.authorityMadeAt(Fixtures.NOON);
    private final Optional<ServedLeaf> serving = Optional.of(Fixtures.servingOf(authority, Fixtures.NOON));
    private final LiveConfiguration good = Fixtures.trusting(authority);

    @Test
    void readyWhenBothConfigurationsTrustTheLeaf() {
        assertThat(problem(serving, List.of(good, Fixtures.trusting(other, authority)), Fixtures.NOON))
                .isEmpty();
    }

    @Test
    void notReadyWithoutALeaf() {
        assertThat(problem(Optional.empty(), List.of(good), Fixtures.NOON))
                .hasValue("there is no serving certificate yet");
    }

    @Test
    void notReadyWhenOneConfigurationTrustsAnother() {
        assertThat(problem(serving, List.of(good, Fixtures.trusting(other)), Fixtures.NOON))
                .hasValueSatisfying(text -> assertThat(text)
                        .contains("MutatingWebhookConfiguration slipway-webhook, webhook one.slipway.dev")
                        .contains("would be refused: it was signed by"));
    }

    @Test
    void notReadyWhenASingleWebhookIsWiped() {
        var half = Fixtures.configuration(
                Map.of("a", CertificateBundle.of(authority.certificate()).toBase64(), "b", ""));

        assertThat(problem(serving, List.of(half), Fixtures.NOON))
                .hasValueSatisfying(text -> assertThat(text).contains("webhook b: caBundle is missing or not PEM"));
    }

    @Test
    void notReadyWhenTheLeafHasEnded() {
        assertThat(problem(serving, List.of(good), Fixtures.NOON.plus(Duration.ofHours(25))))
                .hasValueSatisfying(text -> assertThat(text).contains("expired at 2026-03-02T12:00:00Z"));
    }

    @Test
    void notReadyBeforeTheConfigurationsWereRead() {
        assertThat(problem(serving, List.of(good, new LiveConfiguration.Unknown("Y slipway-webhook")), Fixtures.NOON))
                .hasValue("Y slipway-webhook could not be read yet");
    }

    @Test
    void notReadyWhileTheBundleIsSoNewThatAnApiServerMayNotKnowIt() {
        var fresh = serving.map(leaf -> new ServedLeaf(leaf.leaf(), leaf.renewAt(), false));

        assertThat(problem(fresh, List.of(good), Fixtures.NOON))
                .hasValueSatisfying(text -> assertThat(text).contains("was published moments ago"));
    }

    @Test
    void configurationThatWasRemovedCallsNobodyAndIsNoProblem() {
        assertThat(problem(serving, List.of(good, new LiveConfiguration.Absent("y")), Fixtures.NOON))
                .isEmpty();
    }

    private static Optional<String> problem(Optional<ServedLeaf> serving, List<LiveConfiguration> live, Instant now) {
        return CertificateReadiness.problem(serving, live, Fixtures.SERVER_NAME, now);
    }
}
