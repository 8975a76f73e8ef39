package dev.slipway.migrator.lock;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.migrator.history.HistoryTable;
import org.junit.jupiter.api.Test;

class LockKeyTest {
    @Test
    void knowsFlywaysOwnKey() {
        // Measured on a server while Flyway 13 was migrating with its default table.
        assertThat(LockKey.flywayKeyOf(new HistoryTable("public", "flyway_schema_history")))
                .isEqualTo(77433833903597L);
    }

    @Test
    void differsForEachHistoryTable() {
        LockKey one = LockKey.of(new HistoryTable("public", "flyway_schema_history"));
        LockKey other = LockKey.of(new HistoryTable("shop", "flyway_schema_history"));

        assertThat(one).isNotEqualTo(other);
        assertThat(one.namespace()).isEqualTo(other.namespace());
    }
}
