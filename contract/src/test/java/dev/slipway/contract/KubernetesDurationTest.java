package dev.slipway.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class KubernetesDurationTest {
    @ParameterizedTest
    @CsvSource({
        "0,PT0S,0",
        "30s,PT30S,30s",
        "1h30m,PT1H30M,1h30m",
        "90m,PT1H30M,1h30m",
        "500ms,PT0.5S,500ms",
        "0s,PT0S,0"
    })
    void readsAndWritesWhatKubernetesWrites(String text, Duration expected, String canonical) {
        assertThat(KubernetesDuration.parse(text)).hasValue(expected);
        assertThat(KubernetesDuration.format(expected)).isEqualTo(canonical);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "5", "s", "5 m", "-5s", "1.5h", "5d", "PT5M", "99999999999999999999s", "9999999h", "m5"})
    void refusesEverythingElse(String text) {
        assertThat(KubernetesDuration.parse(text)).isEmpty();
    }
}
