package dev.slipway.testkit.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class MajorTest {
    private static final String NEWEST = Integer.toString(Major.NEWEST.number());
    private static final String OLDEST = Integer.toString(Major.OLDEST.number());

    @Test
    void withoutASelectionAllMajorsRun() {
        assertThat(Major.select("")).containsExactly(Major.values());
    }

    @Test
    void majorsAreSelectedByTheirNumbers() {
        assertThat(Major.select(OLDEST)).containsExactly(Major.OLDEST);
        assertThat(Major.select(OLDEST + ", " + NEWEST)).containsExactly(Major.OLDEST, Major.NEWEST);
    }

    @Test
    void anUnknownNumberIsRefusedWithThoseThatExist() {
        assertThatThrownBy(() -> Major.select(NEWEST + ",9"))
                .hasMessageContaining("'9'")
                .hasMessageContaining(NEWEST)
                .hasMessageContaining(OLDEST);
    }
}
