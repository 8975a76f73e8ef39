package dev.slipway.webhook.certificates;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.certs.CertificateAuthority;
import dev.slipway.certs.CertificateBundle;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class BundleDecisionTest {
    private final CertificateAuthority authority = Fixtures.authorityMadeAt(Fixtures.NOON);
    private final CertificateAuthority other = Fixtures.authorityMadeAt(Fixtures.NOON);
    private final CertificateBundle wanted = CertificateBundle.of(authority.certificate());

    @Test
    void nothingIsWrittenWhereEveryByteIsRight() {
        assertThat(BundleDecision.decide(Fixtures.trusting(authority), wanted)).isEqualTo(new BundleDecision.Keep());
    }

    @Test
    void configurationThatDoesNotExistOrCouldNotBeReadIsLeftAlone() {
        assertThat(BundleDecision.decide(new LiveConfiguration.Absent("x"), wanted))
                .isEqualTo(new BundleDecision.Keep());
        assertThat(BundleDecision.decide(new LiveConfiguration.Unknown("x"), wanted))
                .isEqualTo(new BundleDecision.Keep());
    }

    @Test
    void oneWrongWebhookIsEnoughAndAllAreWrittenByName() {
        var live = Fixtures.configuration(Map.of("b", wanted.toBase64(), "a", ""));

        assertThat(BundleDecision.decide(live, wanted))
                .isEqualTo(new BundleDecision.Apply("7", List.of("a", "b"), List.of("a"), wanted.toBase64()));
    }

    @Test
    void bytesAreComparedNotWhetherThereAreAny() {
        String sameWithSpace =
                Base64.getEncoder().encodeToString((wanted.toPem() + "\n").getBytes(StandardCharsets.US_ASCII));

        for (String wrong : List.of(
                "Cg==",
                sameWithSpace,
                CertificateBundle.of(other.certificate()).toBase64(),
                wanted.withFirst(other.certificate()).toBase64())) {
            assertThat(BundleDecision.decide(Fixtures.configuration(Map.of("a", wrong)), wanted))
                    .isInstanceOf(BundleDecision.Apply.class);
        }
    }

    @Test
    void configurationWithoutWebhooksNeedsNothing() {
        assertThat(BundleDecision.decide(Fixtures.configuration(Map.of()), wanted))
                .isEqualTo(new BundleDecision.Keep());
    }
}
