package dev.slipway.certs;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RenewalTest {
    private final CertificateAuthority authority =
            CertificateAuthority.create(Duration.ofHours(29), TestClock.atNoon());

    @Test
    void isDueAtTwoThirdsOfTheLife() {
        // 29 hours and the backdated one make 30, of which 20 count from an hour before noon.
        assertThat(Renewal.dueAt(authority.certificate())).isEqualTo(TestClock.NOON.plus(Duration.ofHours(19)));
    }

    @Test
    void jitterMovesItEarlierByATenthAtMostAndNeverLater() {
        Instant latest = Renewal.dueAt(authority.certificate());
        var random = new Random(7);

        for (int attempt = 0; attempt < 1000; attempt++) {
            assertThat(Renewal.dueAt(authority.certificate(), random))
                    .isBetween(latest.minus(Duration.ofHours(3)), latest);
        }
    }

    @Test
    void rolloverKeepsTheOldAuthorityUntilItsYoungestLeafHasEnded() {
        var rollover = new CaRollover(Duration.ofHours(24), Duration.ofSeconds(30), Duration.ofMinutes(5));
        Instant trusted = TestClock.NOON;

        assertThat(rollover.maySignAt(trusted)).isEqualTo(trusted.plusSeconds(30));
        assertThat(rollover.mayDropAt(trusted))
                .isEqualTo(trusted.plus(Duration.ofHours(24)).plusSeconds(30).plus(Duration.ofMinutes(5)));
        assertThat(CaRollover.nextDueAt(authority.certificate())).isEqualTo(Renewal.dueAt(authority.certificate()));
    }

    @ParameterizedTest
    @CsvSource({"90d,PT2160H", "1d12h,PT36H", "30m,PT30M", "24h,PT24H", "3650d,PT87600H"})
    void validityMayCountDays(String text, Duration expected) {
        assertThat(Validity.parse(text)).hasValue(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "0", "0d", "59s", "3651d", "99999d", "5", "1y", "-1d", "12h1d", "d", "1.5d", "P1D"})
    void otherValiditiesAreRefused(String text) {
        assertThat(Validity.parse(text)).isEmpty();
    }
}
