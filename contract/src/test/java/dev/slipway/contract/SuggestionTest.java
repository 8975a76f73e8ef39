package dev.slipway.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class SuggestionTest {
    private static final List<String> KNOWN = List.of("wait-timeout", "lock-timeout", "schema");

    @Test
    void namesTheNearest() {
        assertThat(Suggestion.closest("wait-timout", KNOWN)).hasValue("wait-timeout");
        assertThat(Suggestion.closest("shcema", KNOWN)).hasValue("schema");
        assertThat(Suggestion.closest("LOCK-TIMEOUT", KNOWN)).hasValue("lock-timeout");
    }

    @Test
    void staysSilentWhenNothingIsNear() {
        assertThat(Suggestion.closest("replicas", KNOWN)).isEmpty();
    }

    @Test
    void countsASwapOfNeighboursAsOneEdit() {
        assertThat(Suggestion.distance("wait", "wiat")).isEqualTo(1);
        assertThat(Suggestion.distance("", "abc")).isEqualTo(3);
        assertThat(Suggestion.distance("abc", "abc")).isZero();
    }
}
