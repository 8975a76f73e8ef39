package dev.slipway.webhook.injection;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class QuantityTest {
    @ParameterizedTest
    @CsvSource({
        "1, 1",
        "100m, 0.1",
        "0.5, 0.5",
        ".5, 0.5",
        "5., 5",
        "+2, 2",
        "256Mi, 268435456",
        "1.5Gi, 1610612736",
        "1e3, 1000",
        "1E-3, 0.001",
        "2E, 2000000000000000000",
        "128974848000m, 128974848",
        "3n, 0.000000003"
    })
    void readsWhatKubernetesReads(String text, BigDecimal amount) {
        assertThat(Quantity.parse(text)).hasValueSatisfying(quantity -> {
            assertThat(quantity.amount()).isEqualByComparingTo(amount);
            assertThat(quantity.text()).isEqualTo(text);
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "0", "0m", "-1", "1 Gi", "1gi", "1GB", "Mi", "1,5", "1e", "1e999", "0x10", "1MiB", "."})
    void refusesEverythingElse(String text) {
        assertThat(Quantity.parse(text)).isEmpty();
    }

    @Test
    void comparesAmountsNotTexts() {
        assertThat(Quantity.parse("1000m").orElseThrow())
                .isEqualByComparingTo(Quantity.parse("1").orElseThrow());
        assertThat(Quantity.parse("1Gi").orElseThrow())
                .isGreaterThan(Quantity.parse("1G").orElseThrow());
    }
}
