package dev.slipway.migrator.apply;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PhaseProgressTest {
    private static final String SCAN = "building index: scanning table";

    @Test
    void theTimeLeftFollowsFromTwoLooksAtOnePhase() {
        PhaseProgress first = scan(100, 2);
        PhaseProgress second = scan(200, 12);
        assertThat(second.isSamePhaseAs(first)).isTrue();
        assertThat(second.percent()).contains(20);
        assertThat(second.left(first)).contains(Duration.ofSeconds(80));
        assertThat(second.describe(second.left(first))).isEqualTo(SCAN + " 20 %, about 1m20s left in this phase");
    }

    @Test
    void whatCannotBeToldIsLeftOut() {
        assertThat(scan(100, 2).left(scan(100, 2))).as("one look").isEmpty();
        assertThat(scan(100, 12).left(scan(100, 2))).as("no progress").isEmpty();
        assertThat(scan(1000, 12).left(scan(100, 2))).as("done").isEmpty();
        var sorting = new PhaseProgress("building index: sorting live tuples", 7, 0, 0, 0);
        assertThat(sorting.percent()).isEmpty();
        assertThat(sorting.describe(Optional.empty())).isEqualTo("building index: sorting live tuples");
    }

    @Test
    void aScanThatFindsMoreThanItExpectedIsNotBeyondTheEnd() {
        assertThat(scan(1100, 2).percent()).contains(100);
        assertThat(scan(999, 2).percent()).contains(99);
    }

    @Test
    void anotherTableOrAnotherPhaseStartsOver() {
        assertThat(scan(100, 2).isSamePhaseAs(new PhaseProgress(SCAN, 8, 100, 1000, 0)))
                .isFalse();
        assertThat(scan(100, 2).isSamePhaseAs(new PhaseProgress("other", 7, 100, 1000, 0)))
                .isFalse();
        assertThat(scan(100, 2).isSamePhaseAs(scan(200, 1)))
                .as("of the next index")
                .isFalse();
    }

    @Test
    void theTableIsNamedIfTheStatementIsAboutOne() {
        assertThat(RunningStatement.onlyTable("update shop.orders set a = 1 where b = 'x'"))
                .contains("orders");
        assertThat(RunningStatement.onlyTable("alter table \"Orders\" add column a int default f()"))
                .contains("Orders");
        assertThat(RunningStatement.onlyTable("update a set x = 1; update b set x = 1"))
                .isEmpty();
        assertThat(RunningStatement.onlyTable("insert into orders values ('cut off by the serv"))
                .isEmpty();
        assertThat(RunningStatement.onlyTable("select 1")).isEmpty();
        assertThat(RunningStatement.onlyTable("")).isEmpty();
    }

    @Test
    void sizesAreWhatPeopleRead() {
        assertThat(new RunningTable("orders", 1_288_490_189L, 5_000_000).describe())
                .isEqualTo("orders (about 1.2 GB, 5000000 rows)");
        assertThat(new RunningTable("orders", 8192, -1).describe()).isEqualTo("orders (about 8.0 kB)");
        assertThat(new RunningTable("orders", 0, -1).describe()).isEqualTo("orders");
    }

    private static PhaseProgress scan(long done, int second) {
        return new PhaseProgress(SCAN, 7, done, 1000, second * 1_000_000_000L);
    }
}
