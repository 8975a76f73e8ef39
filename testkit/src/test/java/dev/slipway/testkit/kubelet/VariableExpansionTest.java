package dev.slipway.testkit.kubelet;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VariableExpansionTest {
    private static final Map<String, String> VARIABLES = Map.of("HOST", "db", "EMPTY", "");

    @ParameterizedTest
    @CsvSource({
        "$(HOST):5432, db:5432",
        "$(OTHER), $(OTHER)",
        "$$(HOST), $(HOST)",
        "$$$(HOST), $db",
        "$HOST, $HOST",
        "a$(EMPTY)b, ab",
        "$(HOST, $(HOST",
        "50%$, 50%$",
    })
    void referencesAreReplacedAsKubernetesDoes(String text, String expected) {
        assertThat(VariableExpansion.expand(text, VARIABLES)).isEqualTo(expected);
    }
}
