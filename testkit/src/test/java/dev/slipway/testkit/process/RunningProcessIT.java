package dev.slipway.testkit.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

class RunningProcessIT {
    private static final Duration DEADLINE = Duration.ofSeconds(30);

    @Test
    void bothStreamsAndTheExitCodeAreSeen() {
        try (RunningProcess process = shell("echo out; echo err >&2; exit 5").start()) {
            ProcessResult result = process.awaitExit(DEADLINE);
            assertThat(result.exitCode()).isEqualTo(5);
            assertThat(result.stdout()).containsExactly("out");
            assertThat(result.stderr()).containsExactly("err");
        }
    }

    @Test
    void theEnvironmentHoldsOnlyWhatWasGiven() {
        Program program = Program.of("/usr/bin/env").withEmptyEnv().withEnv("ANSWER", "42");
        try (RunningProcess process = program.start()) {
            assertThat(process.awaitExit(DEADLINE).stdout()).containsExactly("ANSWER=42");
        }
    }

    @Test
    void aSignalCanBeHandled() {
        try (RunningProcess process = shell(
                        "trap 'echo stopped; exit 143' TERM; echo ready; while :; do sleep 0.1; done")
                .start()) {
            process.awaitLine("ready", DEADLINE);
            process.signal(Signal.TERM);
            ProcessResult result = process.awaitExit(DEADLINE);
            assertThat(result.exitCode()).isEqualTo(143);
            assertThat(result.stdout()).contains("stopped");
        }
    }

    @Test
    void aKillShowsAsTheKubeletWouldReportIt() {
        try (RunningProcess process = shell("echo ready; exec sleep 60").start()) {
            process.awaitLine("ready", DEADLINE);
            process.signal(Signal.KILL);
            assertThat(process.awaitExit(DEADLINE).exitCode()).isEqualTo(137);
        }
    }

    @Test
    void aStoppedProcessGoesOnWhereItWas() {
        try (RunningProcess process = shell("echo one; sleep 1; echo two").start()) {
            process.awaitLine("one", DEADLINE);
            process.signal(Signal.STOP);
            LockSupport.parkNanos(Duration.ofSeconds(2).toNanos());
            assertThat(process.text()).doesNotContain("two");
            process.signal(Signal.CONT);
            process.awaitLine("two", DEADLINE);
        }
    }

    @Test
    void aMissedDeadlineKillsTheProcessAndShowsItsOutput() {
        RunningProcess process = shell("echo so far so good; exec sleep 60").start();
        process.awaitLine("so far", DEADLINE);
        assertThatThrownBy(() -> process.awaitExit(Duration.ofMillis(100)))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("so far so good");
        assertThat(process.isAlive()).isFalse();
    }

    @Test
    void aProcessThatEndsWithoutTheLineFailsAtOnce() {
        try (RunningProcess process = shell("echo other").start()) {
            assertThatThrownBy(() -> process.awaitLine("never", Duration.ofHours(1)))
                    .isInstanceOf(AssertionError.class)
                    .hasMessageContaining("other");
        }
    }

    @Test
    void anExceptionNeverShowsTheEnvironment() {
        Program program = Program.of("/nowhere/program").withEnv("PGPASSWORD", "s3cret");
        assertThatThrownBy(program::start)
                .hasMessageContaining("/nowhere/program")
                .hasMessageNotContaining("s3cret");
        assertThat(program.toString()).doesNotContain("s3cret");
    }

    private static Program shell(String script) {
        return Program.of("/bin/sh", "-c", script);
    }
}
