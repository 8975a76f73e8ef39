package dev.slipway.webhook.watch;

import static dev.slipway.webhook.watch.Snapshots.NOON;
import static dev.slipway.webhook.watch.Snapshots.run;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OccurrenceTest {
    @Test
    void appliedTellsWhatAndHowLong() {
        Occurrence applied =
                Occurrence.of(run("api-1", 0, Snapshots.APPLIED), NOON).orElseThrow();

        assertThat(applied.reason()).isEqualTo("MigrationApplied");
        assertThat(applied.warning()).isFalse();
        assertThat(applied.onPod()).isFalse();
        assertThat(applied.message())
                .isEqualTo("pod api-1 applied 2 migrations in 2.1 s, schema version 12: V11__a.sql, V12__b.sql");
    }

    @Test
    void failedTellsTheSentenceAndTheWayOut() {
        Occurrence failed =
                Occurrence.of(run("api-1", 5, Snapshots.FAILED), NOON).orElseThrow();

        assertThat(failed.reason()).isEqualTo("MigrationFailed");
        assertThat(failed.warning()).isTrue();
        assertThat(failed.onPod()).isTrue();
        assertThat(failed.message())
                .isEqualTo("slipway-migrate of pod api-1: V12__b.sql failed. Way out: correct the SQL");
    }

    @Test
    void withoutAReportTheKubeletsWordHasToDo() {
        PodSnapshot killed = Snapshots.pod(
                "state: {terminated: {exitCode: 137, reason: OOMKilled, finishedAt: '2026-11-21T12:00:05Z'}}");
        EndedRun oom = EndedRun.between(Optional.empty(), killed, NOON).get(0);

        assertThat(Occurrence.of(oom, NOON).orElseThrow().message())
                .isEqualTo(
                        "slipway-migrate of pod shop-api-1: ended with exit code 137 (OOMKilled) and left no report; "
                                + "raise slipway.dev/limits-memory");
        assertThat(Occurrence.of(run("api-1", 1, "Exception in thread"), NOON)
                        .orElseThrow()
                        .message())
                .isEqualTo("slipway-migrate of pod api-1: ended with exit code 1 (Error) and left no report; "
                        + "kubectl logs -n shop api-1 -c slipway-migrate --previous tells");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"0|up-to-date", "0|waited", "143|terminated"})
    void whatNeedsNobodysAttentionIsNoOccurrence(int exitCode, String outcome) {
        String message = Snapshots.UP_TO_DATE
                .replace("up-to-date", outcome)
                .replace("\"exitCode\":0", "\"exitCode\":" + exitCode);

        EndedRun ended = run("api-1", exitCode, message);

        assertThat(ended.termination().outcome().word()).isEqualTo(outcome);
        assertThat(Occurrence.of(ended, NOON)).isEmpty();
    }

    @Test
    void whatWasCountedBeforeIsNoOccurrence() {
        EndedRun counted = run("api-1", 5, Snapshots.FAILED);
        var again = new EndedRun(counted.pod(), counted.container(), counted.termination(), false);

        assertThat(Occurrence.of(again, NOON)).isEmpty();
    }

    @Test
    void theSameFailureOfAnotherPodHasTheSameCause() {
        Occurrence one = Occurrence.of(run("api-1", 5, Snapshots.FAILED), NOON).orElseThrow();
        Occurrence other =
                Occurrence.of(run("api-2", 5, Snapshots.FAILED), NOON).orElseThrow();
        Occurrence another = Occurrence.of(run("api-2", 5, Snapshots.FAILED.replace("V12", "V13")), NOON)
                .orElseThrow();

        assertThat(one.cause()).isEqualTo(other.cause()).isNotEqualTo(another.cause());
        assertThat(one.id()).isNotEqualTo(other.id());
    }

    @Test
    void noMessageIsLongerThanKubernetesTakes() {
        String endless = Snapshots.FAILED.replace("V12__b.sql failed", "ä€".repeat(700));

        Occurrence failed = Occurrence.of(run("api-1", 5, endless), NOON).orElseThrow();

        assertThat(PlainText.bytes(failed.message())).isLessThanOrEqualTo(1024).isGreaterThan(1000);
        assertThat(failed.message()).endsWith("…").doesNotContain("\ufffd");
    }

    @Test
    void waitingTellsHowToLook() {
        PodSnapshot pod = Snapshots.pod("state: " + Snapshots.running("11:59:00"));

        Occurrence waiting = Occurrence.waiting(pod, Duration.ofSeconds(30), NOON);

        assertThat(waiting.reason()).isEqualTo("MigrationWaiting");
        assertThat(waiting.warning()).isFalse();
        assertThat(waiting.message()).contains("over 30 s", "kubectl logs -n shop shop-api-1 -c slipway-migrate");
    }
}
