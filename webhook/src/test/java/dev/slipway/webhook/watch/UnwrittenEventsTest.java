package dev.slipway.webhook.watch;

import static dev.slipway.webhook.watch.Snapshots.NOON;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class UnwrittenEventsTest {
    private static final Workload WORKLOAD =
            new Workload("shop", new ObjectReference("apps/v1", "Deployment", "shop-api", "uid-of-shop-api"));
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);

    private final EventBook book = new EventBook();
    private final UnwrittenEvents unwritten = new UnwrittenEvents();

    @Test
    void whatIsKeptIsDueAfterAPause() {
        Duration pause = unwritten.keep(entry(1, NOON), NOON);
        assertThat(pause).isPositive();
        assertThat(unwritten.due(NOON)).isEmpty();
        assertThat(unwritten.due(NOON.plus(pause))).hasSize(1);
    }

    @Test
    void pausesGrowUntilNothingIsLeft() {
        Instant now = NOON;
        EventBook.Entry entry = entry(1, now);
        for (int attempt = 0; attempt < 6; attempt++) {
            now = now.plus(unwritten.keep(entry, now));
        }
        assertThat(unwritten.keep(entry, now)).isGreaterThan(Duration.ofSeconds(10));
        unwritten.remove(entry);
        assertThat(unwritten.due(now.plus(LONGEST_PAUSE))).isEmpty();
        assertThat(unwritten.keep(entry, now)).isLessThan(Duration.ofSeconds(2));
    }

    @Test
    void ofOneEventTheNewestStateIsKept() {
        EventBook.Entry first = entry(1, NOON);
        unwritten.keep(first, NOON);
        unwritten.keep(first.again(first.newest()), NOON);
        assertThat(unwritten.due(NOON.plus(LONGEST_PAUSE)))
                .singleElement()
                .satisfies(entry -> assertThat(entry.count()).isEqualTo(2));
    }

    @Test
    void ofTooManyTheOldestAreGivenUp() {
        EventBook.Entry oldest = entry(0, NOON);
        unwritten.keep(oldest, NOON);
        for (int index = 1; index <= UnwrittenEvents.MOST; index++) {
            unwritten.keep(entry(index, NOON), NOON);
        }
        assertThat(unwritten.due(NOON.plus(LONGEST_PAUSE)))
                .hasSize(UnwrittenEvents.MOST)
                .doesNotContain(oldest);
    }

    @Test
    void whatIsTooOldHelpsNobody() {
        unwritten.keep(entry(1, NOON), NOON);
        assertThat(unwritten.due(NOON.plus(UnwrittenEvents.MAX_AGE).plusSeconds(1)))
                .isEmpty();
    }

    private EventBook.Entry entry(int index, Instant at) {
        PodSnapshot pod = Snapshots.pod("shop-api-" + index, "state: " + Snapshots.running("11:59:00"));
        Workload workload = new Workload(WORKLOAD.namespace(), pod.asReference());
        return book.add(workload, pod.asReference(), Occurrence.waiting(pod, LeaderTerm.LONG, at))
                .orElseThrow();
    }
}
