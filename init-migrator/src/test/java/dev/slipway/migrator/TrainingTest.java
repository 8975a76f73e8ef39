package dev.slipway.migrator;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TrainingTest {
    @Test
    void eachCommandLineEndsAtTwoDashes() {
        assertThat(Training.commandLines(new String[] {"migrate", "--preflight", "--", "plan"}))
                .containsExactly(new String[] {"migrate", "--preflight"}, new String[] {"plan"});
        assertThat(Training.commandLines(new String[] {"migrate"})).containsExactly(new String[] {"migrate"});
    }
}
