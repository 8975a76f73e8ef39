package dev.slipway.migrator.lock;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class WaitBudgetTest {
    private static final long SECOND = Duration.ofSeconds(1).toNanos();

    private final WaitBudget budget = new WaitBudget(Duration.ofSeconds(10), 0);

    @Test
    void isSpentWithoutASignOfProgress() {
        budget.observe("same", 1 * SECOND);
        budget.observe("same", 9 * SECOND);

        assertThat(budget.isSpent(9 * SECOND)).isFalse();
        assertThat(budget.isSpent(10 * SECOND)).isTrue();
        assertThat(budget.left(4 * SECOND)).isEqualTo(Duration.ofSeconds(6));
    }

    @Test
    void isExtendedByEverySignOfProgress() {
        budget.observe("one", 1 * SECOND);
        budget.observe("two", 9 * SECOND);

        assertThat(budget.isSpent(18 * SECOND)).isFalse();
        assertThat(budget.isSpent(19 * SECOND)).isTrue();
        assertThat(budget.waited(19 * SECOND)).isEqualTo(Duration.ofSeconds(19));
    }

    @Test
    void theFirstLookIsNoProgress() {
        budget.observe("one", 9 * SECOND);

        assertThat(budget.isSpent(10 * SECOND)).isTrue();
    }
}
