package dev.slipway.migrator.lock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.contract.ExitCode;
import dev.slipway.migrator.failure.RunFailure;
import dev.slipway.migrator.report.EventLog;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class WaitForLockTest {
    private static final LockAttempt.Held HELD = new LockAttempt.Held(Optional.empty(), 1);

    private final EventLog log = new EventLog(
            new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8),
            true,
            Clock.systemUTC(),
            Map.of());

    @Test
    void aPauseNeverLastsLongerThanTheBudget() {
        Duration timeout = Duration.ofMillis(50);
        var waiting = new WaitForLock(timeout, log);
        waiting.heldBy(HELD, 0);
        for (int crowded = 0; crowded < 10; crowded++) {
            assertThat(waiting.nextPause()).isLessThanOrEqualTo(timeout);
        }
    }

    @Test
    void aBudgetOfNothingIsSpentAtTheFirstLook() {
        var waiting = new WaitForLock(Duration.ZERO, log);
        assertThatThrownBy(() -> waiting.heldBy(HELD, 0))
                .isInstanceOf(RunFailure.class)
                .satisfies(
                        failure -> assertThat(((RunFailure) failure).exitCode()).isEqualTo(ExitCode.WAIT_TIMEOUT));
    }

    @Test
    void withoutAWaitThereIsNoBudgetToKeepTo() {
        assertThat(new WaitForLock(Duration.ZERO, log).nextPause()).isPositive();
    }
}
