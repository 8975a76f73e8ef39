package dev.slipway.migrator.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.testkit.process.Prerequisite;
import dev.slipway.testkit.process.ProcessResult;
import dev.slipway.testkit.process.Program;
import dev.slipway.testkit.process.RunningProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The network between migrator and database disappears without a word to either side: two network namespaces with a
 * cable between them, and a firewall that drops what comes through it. Each scene is a process of its own,
 * {@link CutNetwork}; they run side by side because they mostly wait for the kernel.
 */
class CutNetworkIT {
    private static final Duration DEADLINE = Duration.ofMinutes(5);

    @TempDir
    private static Path folder;

    private static RunningProcess whileTheServerWorks;
    private static RunningProcess whileTheMigratorSends;

    @BeforeAll
    static void playBothScenes() throws IOException {
        needRootAndTools();
        whileTheServerWorks = play(CutNetwork.Scene.SERVER_WORKS);
        whileTheMigratorSends = play(CutNetwork.Scene.MIGRATOR_SENDS);
    }

    @AfterAll
    static void end() {
        Stream.of(whileTheServerWorks, whileTheMigratorSends)
                .filter(scene -> scene != null)
                .forEach(RunningProcess::close);
    }

    @Test
    void aHolderThatWaitsForTheServerIsLetGoAndEndsByItself() {
        expectGoodEnd(whileTheServerWorks);
    }

    @Test
    void aHolderThatSendsIntoTheVoidIsLetGoAndEndsByItself() {
        expectGoodEnd(whileTheMigratorSends);
    }

    private static void expectGoodEnd(RunningProcess scene) {
        ProcessResult result = scene.awaitExit(DEADLINE);
        assertThat(result.exitCode()).as(result.toString()).isZero();
        assertThat(result.text()).contains("the lock was free after", "the migrator ended after");
    }

    private static RunningProcess play(CutNetwork.Scene scene) {
        return Program.of(
                        "unshare",
                        "--net",
                        "--",
                        Program.java().toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-D" + Program.ROOT + "=" + System.getProperty(Program.ROOT),
                        "-cp",
                        System.getProperty("java.class.path"),
                        CutNetwork.class.getName(),
                        scene.name(),
                        folder.resolve(scene.name()).toString())
                .start();
    }

    private static void needRootAndTools() throws IOException {
        boolean root = Integer.valueOf(0).equals(Files.getAttribute(folder, "unix:uid"));
        List<String> missing = Stream.of("unshare", "nsenter", "ip", "iptables")
                .filter(tool -> Stream.of("/usr/sbin", "/usr/bin", "/sbin", "/bin")
                        .noneMatch(place -> Files.isExecutable(Path.of(place, tool))))
                .toList();
        if (!root || !missing.isEmpty()) {
            throw Prerequisite.missing(root ? "missing: " + missing : "network namespaces with a firewall need root");
        }
    }
}
