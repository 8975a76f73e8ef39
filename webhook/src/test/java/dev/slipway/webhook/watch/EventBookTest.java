package dev.slipway.webhook.watch;

import static dev.slipway.webhook.watch.Snapshots.NOON;
import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.webhook.watch.EventBook.Entry;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class EventBookTest {
    private static final ObjectReference DEPLOYMENT =
            new ObjectReference("apps/v1", "Deployment", "shop-api", "uid-of-shop-api");
    private static final Workload WORKLOAD = new Workload("shop", DEPLOYMENT);

    private final EventBook book = new EventBook();

    @Test
    void theFirstIsWrittenAndTheSameAgainIsCounted() {
        Entry first = add("V1 failed", "c1", NOON).orElseThrow();
        Entry second = add("V1 failed", "c2", NOON.plusSeconds(30)).orElseThrow();

        assertThat(first.isWritten()).isFalse();
        assertThat(first.count()).isEqualTo(1);
        assertThat(second.isWritten()).isTrue();
        assertThat(second.count()).isEqualTo(2);
        assertThat(second.name()).isEqualTo(first.name());
        assertThat(second.first()).isEqualTo(NOON);
        assertThat(second.newest().at()).isEqualTo(NOON.plusSeconds(30));
    }

    @Test
    void anotherCauseIsAnotherEvent() {
        assertThat(add("V1 failed", "c1", NOON).orElseThrow().name())
                .isNotEqualTo(add("V2 failed", "c2", NOON).orElseThrow().name());
    }

    @Test
    void afterAnHourOfSilenceItIsANewEvent() {
        add("V1 failed", "c1", NOON);

        assertThat(add("V1 failed", "c2", NOON.plus(Duration.ofHours(1))))
                .get()
                .satisfies(entry -> assertThat(entry.count()).isEqualTo(1))
                .satisfies(entry -> assertThat(entry.isWritten()).isFalse());
    }

    /** Two leaders that see the same give it the same name, so that the second one finds it there. */
    @Test
    void theNameComesFromTheRunAlone() {
        assertThat(new EventBook().add(WORKLOAD, DEPLOYMENT, occurrence("V1 failed", "c1", NOON)))
                .map(Entry::name)
                .isEqualTo(add("V1 failed", "c1", NOON.plusSeconds(20)).map(Entry::name));
        assertThat(new EventBook().add(WORKLOAD, DEPLOYMENT, occurrence("V1 failed", "c2", NOON)))
                .map(Entry::name)
                .isNotEqualTo(add("V1 failed", "c1", NOON).map(Entry::name));
    }

    @Test
    void aFloodIsCountedButNotWritten() {
        long written = IntStream.range(0, 500)
                .filter(each -> add("V1 failed", "c" + each, NOON).isPresent())
                .count();
        Entry later = add("V1 failed", "later", NOON.plus(WriteBudget.INTERVAL)).orElseThrow();

        assertThat(written).isEqualTo(WriteBudget.BURST);
        assertThat(later.count()).isEqualTo(501);
        assertThat(later.isWritten()).isTrue();
    }

    @Test
    void aFloodOfDifferentCausesIsHeldBackToo() {
        long written = IntStream.range(0, 500)
                .filter(each -> add("V" + each, "c" + each, NOON).isPresent())
                .count();

        assertThat(written).isEqualTo(WriteBudget.BURST);
    }

    @Test
    void whatWasHeldBackAtFirstIsMadeLater() {
        IntStream.range(0, 100).forEach(each -> add("V" + each, "c" + each, NOON));

        Entry later = add("V99", "c100", NOON.plus(WriteBudget.INTERVAL)).orElseThrow();

        assertThat(later.isWritten()).as("it has never been made").isFalse();
        assertThat(later.count()).isEqualTo(2);
    }

    @Test
    void oneWorkloadDoesNotUseUpTheBudgetOfAnother() {
        IntStream.range(0, 100).forEach(each -> add("V" + each, "c" + each, NOON));
        var other = new ObjectReference("apps/v1", "Deployment", "other", "uid-of-other");

        assertThat(book.add(new Workload("shop", other), other, occurrence("V1", "x", NOON)))
                .isPresent();
    }

    @Test
    void aBudgetFillsUpSlowlyAndNotBeyondItsBurst() {
        var budget = new WriteBudget(NOON);
        IntStream.range(0, WriteBudget.BURST)
                .forEach(each -> assertThat(budget.take(NOON)).isTrue());

        assertThat(budget.take(NOON)).isFalse();
        assertThat(budget.take(NOON.minusSeconds(60))).as("the clock went back").isFalse();
        assertThat(budget.take(NOON.plus(WriteBudget.INTERVAL))).isTrue();
        assertThat(budget.take(NOON.plus(WriteBudget.INTERVAL))).isFalse();
        Instant nextDay = NOON.plus(Duration.ofDays(1));
        assertThat(IntStream.range(0, 100).filter(each -> budget.take(nextDay)).count())
                .isEqualTo(WriteBudget.BURST);
    }

    private Optional<Entry> add(String cause, String id, Instant at) {
        return book.add(WORKLOAD, DEPLOYMENT, occurrence(cause, id, at));
    }

    private static Occurrence occurrence(String cause, String id, Instant at) {
        return new Occurrence(Snapshots.pod("state: {}"), Occurrence.FAILED, true, cause, id, at, "message", true);
    }
}
