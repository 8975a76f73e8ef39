package dev.slipway.webhook.watch;

import static dev.slipway.webhook.watch.Snapshots.APPLIED;
import static dev.slipway.webhook.watch.Snapshots.FAILED;
import static dev.slipway.webhook.watch.Snapshots.NOON;
import static dev.slipway.webhook.watch.Snapshots.STOPPED;
import static dev.slipway.webhook.watch.Snapshots.UP_TO_DATE;
import static dev.slipway.webhook.watch.Snapshots.pod;
import static dev.slipway.webhook.watch.Snapshots.running;
import static dev.slipway.webhook.watch.Snapshots.terminated;
import static dev.slipway.webhook.watch.Snapshots.waiting;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class EndedRunTest {
    private static final String FIRST = terminated(5, "12:00:10", "c1", FAILED);
    private static final String SECOND = terminated(137, "12:00:30", "c2", "");
    private static final String THIRD = terminated(0, "12:01:00", "c3", APPLIED);

    /** A pod from its creation on, and what is counted at the end. */
    static Stream<Arguments> lives() {
        return Stream.of(
                life("nothing has happened", List.of(), waits()),
                life("it runs", List.of(), waits(), "state: " + running("12:00:00")),
                life("it ends well", List.of("applied"), waits(), "state: " + running("12:00:00"), "state: " + THIRD),
                life("the same is reported again", List.of("applied"), "state: " + THIRD, "state: " + THIRD),
                life("it was never seen running", List.of("applied"), waits(), "state: " + THIRD),
                life(
                        "the kubelet counts a restart when the next attempt begins",
                        List.of("failed"),
                        "state: " + FIRST + ", restartCount: 0",
                        "state: " + waiting("CrashLoopBackOff") + ", lastState: " + FIRST + ", restartCount: 0",
                        "state: " + running("12:00:20") + ", lastState: " + FIRST + ", restartCount: 1"),
                life(
                        "each attempt of a crash loop counts once",
                        List.of("failed", "unknown", "applied"),
                        "state: " + running("12:00:00"),
                        "state: " + FIRST,
                        "state: " + waiting("CrashLoopBackOff") + ", lastState: " + FIRST,
                        "state: " + running("12:00:20") + ", lastState: " + FIRST,
                        "state: " + SECOND + ", lastState: " + FIRST,
                        "state: " + waiting("CrashLoopBackOff") + ", lastState: " + SECOND,
                        "state: " + THIRD + ", lastState: " + SECOND,
                        "state: " + THIRD + ", lastState: " + SECOND),
                life(
                        "two attempts ended between two looks",
                        List.of("failed", "unknown"),
                        "state: " + running("12:00:00"),
                        "state: " + SECOND + ", lastState: " + FIRST),
                life(
                        "an attempt that was never seen is lost",
                        List.of("applied"),
                        "state: " + running("12:00:00"),
                        "state: " + THIRD),
                life(
                        "without a container id, the time tells attempts apart",
                        List.of("failed", "failed"),
                        "state: " + terminated(5, "12:00:10", "", FAILED),
                        "state: " + terminated(5, "12:00:20", "", FAILED)),
                life(
                        "the kubelet lost the container",
                        List.of("unknown"),
                        waits(),
                        "state: {terminated: {exitCode: 137, reason: ContainerStatusUnknown, startedAt: null, finishedAt: null}}"),
                life("the pod was deleted meanwhile", List.of("terminated"), waits(), "state: " + stopped()),
                life(
                        "exit 0 without a report",
                        List.of("unknown"),
                        waits(),
                        "state: " + terminated(0, "12:00:10", "c1", "")));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("lives")
    void everyAttemptThatCanBeSeenCountsOnce(String what, List<String> counted, List<String> states) {
        var outcomes = new ArrayList<String>();
        Optional<PodSnapshot> before = Optional.empty();
        for (String state : states) {
            PodSnapshot now = pod(state);
            EndedRun.between(before, now, NOON).stream()
                    .filter(EndedRun::isNew)
                    .forEach(run -> outcomes.add(run.termination().outcome().word()));
            before = Optional.of(now.withoutReports());
        }

        assertThat(outcomes).isEqualTo(counted);
    }

    @Test
    void whatAnEarlierLeaderHasCountedOnlyTellsTheState() {
        PodSnapshot seenFirst = pod("state: " + THIRD + ", lastState: " + FIRST);

        List<EndedRun> runs = EndedRun.between(Optional.empty(), seenFirst, NOON.plusSeconds(10));

        assertThat(runs).extracting(EndedRun::isNew).containsExactly(false, true);
        assertThat(runs.get(0).failed()).isTrue();
        assertThat(runs.get(1).succeeded()).isTrue();
    }

    /** The clock of a node may be behind: what was seen to happen is new, whatever the time says. */
    @Test
    void whatEndsBeforeOurEyesIsNewWhateverItsTimeSays() {
        Optional<PodSnapshot> running = Optional.of(pod("state: " + running("11:00:00")));

        List<EndedRun> runs = EndedRun.between(running, pod("state: " + FIRST), NOON.plusSeconds(3600));

        assertThat(runs).extracting(EndedRun::isNew).containsExactly(true);
    }

    @Test
    void anEndWithoutATimeIsNotNewAtFirstSight() {
        PodSnapshot lost = pod("state: {terminated: {exitCode: 137, reason: ContainerStatusUnknown}}");

        assertThat(EndedRun.between(Optional.empty(), lost, NOON))
                .extracting(EndedRun::isNew)
                .containsExactly(false);
    }

    @Test
    void onlyTheMigratorsOwnContainersAreLookedAt() {
        PodSnapshot pod = Snapshots.of("p", """
                - {name: istio-init, state: %1$s}
                - {name: slipway-copy, state: %1$s}
                - {name: slipway-preflight, state: %1$s}
                - {name: slipway-migrate, state: %1$s}
                - {name: slipway-other, state: %1$s}
                """.formatted(FIRST));

        assertThat(EndedRun.between(Optional.empty(), pod, NOON))
                .extracting(run -> run.container().name())
                .containsExactly("slipway-preflight", "slipway-migrate");
    }

    @Test
    void aPodIsPendingWhileOneOfOurContainersRuns() {
        PodSnapshot copying = Snapshots.of("p", "[{name: slipway-copy, state: " + running("12:00:00") + "}]");
        PodSnapshot done = pod("state: " + THIRD);

        assertThat(copying.pendingSince()).contains(NOON);
        assertThat(copying.migratingSince()).isEmpty();
        assertThat(pod("state: " + running("12:00:01")).migratingSince()).contains(NOON.plusSeconds(1));
        assertThat(done.pendingSince()).isEmpty();
    }

    @Test
    void terminatedIsNeitherFailureNorSuccess() {
        EndedRun run = EndedRun.between(Optional.empty(), pod("state: " + stopped()), NOON)
                .get(0);

        assertThat(run.failed()).isFalse();
        assertThat(run.succeeded()).isFalse();
    }

    @Test
    void nothingInAStatusIsAReasonToFail() {
        assertThat(PodReader.containers(Snapshots.yaml("~"))).isEmpty();
        assertThat(PodReader.containers(Snapshots.yaml("{a: b}"))).isEmpty();
        assertThat(PodReader.containers(Snapshots.yaml("[1, {name: [x]}, {name: slipway-migrate, state: 7}]")))
                .singleElement()
                .satisfies(container -> assertThat(container.terminations()).isEmpty());
        assertThat(pod("state: {terminated: {exitCode: x, finishedAt: yesterday, reason: 'a \"b', message: [1]}}")
                        .containers()
                        .get(0)
                        .terminations())
                .singleElement()
                .satisfies(end -> assertThat(end.reason()).isEqualTo("ab"));
    }

    @Test
    void aSnapshotThatIsKeptHoldsNoText() {
        assertThat(pod("state: " + terminated(0, "12:00:10", "c1", UP_TO_DATE))
                        .withoutReports()
                        .toString())
                .doesNotContain("nothing to do");
    }

    private static Arguments life(String what, List<String> counted, String... states) {
        return Arguments.of(what, counted, List.of(states));
    }

    private static String waits() {
        return "state: " + waiting("PodInitializing");
    }

    private static String stopped() {
        return terminated(143, "12:00:10", "c1", STOPPED);
    }
}
