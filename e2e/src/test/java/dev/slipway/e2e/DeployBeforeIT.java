package dev.slipway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.testkit.process.ProcessResult;
import dev.slipway.testkit.process.Program;
import dev.slipway.testkit.process.RunningProcess;
import dev.slipway.testkit.process.Signal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What {@code k8s/ci/deploy --before} runs comes first, and nothing is deployed if it fails; so this needs no cluster. */
class DeployBeforeIT {
    private static final Duration DEADLINE = Duration.ofMinutes(2);

    @TempDir
    private Path folder;

    @Test
    void ifItFailsNothingIsDeployedAndItsOutputIsShown() {
        ProcessResult failed =
                deploy("--before", "echo \"$DEPLOY_NAMESPACE $DEPLOY_WORKLOAD $DEPLOY_ID\"; echo no space >&2; exit 7");

        assertThat(failed.exitCode()).as(failed.text()).isEqualTo(3);
        assertThat(failed.stdout())
                .singleElement()
                .asString()
                .matches("shop deployment/shop-api [0-9]{8}-[0-9]{6}-[0-9]+");
        assertThat(failed.stderr())
                .containsExactly("no space", "deploy: the command of --before ended with 7; nothing was deployed");
        assertThat(deployed()).isFalse();
    }

    @Test
    void ifItTakesTooLongItEndsWithAllThatItStarted() {
        ProcessResult ended = deploy("--before-timeout", "1s", "--before", "sleep 600 & echo $!; sleep 600");

        assertThat(ended.exitCode()).as(ended.text()).isEqualTo(3);
        assertThat(ended.stderr())
                .containsExactly("deploy: the command of --before did not end within 1s; nothing was deployed");
        assertThat(deployed()).isFalse();
        assertThat(isRunning(Long.parseLong(ended.stdout().get(0)))).isFalse();
    }

    @Test
    void aSignalEndsItToo() {
        try (RunningProcess deploy = program("--before", "echo $$; sleep 600").start()) {
            long command =
                    Long.parseLong(deploy.awaitLine(line -> true, DEADLINE).text());
            deploy.signal(Signal.TERM);
            ProcessResult ended = deploy.awaitExit(DEADLINE);

            assertThat(ended.exitCode()).as(ended.text()).isEqualTo(143);
            assertThat(ended.text()).contains("ended by SIGTERM", "nothing was deployed");
            assertThat(isRunning(command)).isFalse();
        }
        assertThat(deployed()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "--before-timeout 1h30m, --before-timeout is '1h30m'; expected seconds",
        "--before-timeout 0s, --before-timeout is '0s'; expected seconds",
        "--before-timeout 30, --before-timeout is '30'; expected seconds",
        "--before true --before true, --before is given twice",
        "--before, --before needs a value",
    })
    void mistakesAreUsage(String arguments, String message) {
        List<String> all = new ArrayList<>(List.of("--deployment", "shop-api"));
        all.addAll(List.of(arguments.split(" ", -1)));
        if (!arguments.endsWith("--before")) {
            all.addAll(List.of("--", "touch", "deployed"));
        }
        ProcessResult ended = end(script().withArguments(all.toArray(String[]::new)));

        assertThat(ended.exitCode()).as(ended.text()).isEqualTo(2);
        assertThat(ended.text()).contains(message);
        assertThat(deployed()).isFalse();
    }

    private ProcessResult deploy(String... arguments) {
        return end(program(arguments));
    }

    private Program program(String... arguments) {
        return script().withArguments("--deployment", "shop-api", "--namespace", "shop")
                .withArguments(arguments)
                .withArguments("--", "touch", "deployed");
    }

    private Program script() {
        return Program.of(
                        "sh",
                        Program.inSourceTree("k8s/ci/deploy").toAbsolutePath().toString())
                .inFolder(folder);
    }

    private static ProcessResult end(Program program) {
        try (RunningProcess process = program.start()) {
            return process.awaitExit(DEADLINE);
        }
    }

    private boolean deployed() {
        return Files.exists(folder.resolve("deployed"));
    }

    /** A process that has ended and that nothing waits for is not running. */
    private static boolean isRunning(long pid) {
        return ProcessHandle.of(pid).filter(ProcessHandle::isAlive).isPresent() && !isZombie(pid);
    }

    private static boolean isZombie(long pid) {
        try {
            return Files.readString(Path.of("/proc/" + pid + "/stat")).contains(") Z ");
        } catch (IOException gone) {
            return true;
        }
    }
}
