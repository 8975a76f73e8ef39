package dev.slipway.webhook.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.certs.CertificateAuthority;
import dev.slipway.certs.Pem;
import dev.slipway.certs.ServingNames;
import dev.slipway.testkit.process.ImageFlags;
import dev.slipway.testkit.process.Program;
import dev.slipway.testkit.process.RunningProcess;
import dev.slipway.testkit.time.Alone;
import dev.slipway.webhook.ExhaustedMain;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** Does with the process what the kubelet does, by the numbers of the manifest's own probes. */
@Alone
class ReplacedWhenDeadIT {
    /** The kubelet starts a container that ended for the first time again after ten seconds; here it is at once. */
    private static final Duration MARGIN = Duration.ofSeconds(20);

    @TempDir
    private Path folder;

    private record Probe(Duration period, Duration timeout, int failures) {
        static Probe liveness() throws IOException {
            JsonNode probe = new YAMLMapper()
                    .readTree(
                            Program.inSourceTree("k8s/base/07-deployment.yaml").toFile())
                    .at("/spec/template/spec/containers/0/livenessProbe");
            assertThat(probe.at("/httpGet/path").asString()).isEqualTo("/livez");
            return new Probe(
                    Duration.ofSeconds(probe.path("periodSeconds").asInt()),
                    Duration.ofSeconds(probe.path("timeoutSeconds").asInt()),
                    probe.path("failureThreshold").asInt());
        }

        Duration longest() {
            return period.multipliedBy(failures).plus(timeout);
        }
    }

    /** Without the flag the process stays, with threads missing, and whether a probe notices is luck. */
    @Test
    void aProcessThatRanOutOfMemoryEndsAndItsSuccessorServes() throws Exception {
        Probe probe = Probe.liveness();
        Path trigger = folder.resolve("trigger");
        long exhausted;
        try (RunningProcess webhook = RunningProcess.start(program(trigger), line -> {})) {
            int management = UnderAttackIT.number(webhook, "managementPort");
            assertThat(UnderAttackIT.get(management, "/livez")).isEqualTo("200 ok\n");

            exhausted = System.nanoTime();
            Files.createFile(trigger);

            assertThat(webhook.awaitExit(probe.longest()).exitCode()).isEqualTo(3);
            assertThat(webhook.text()).contains("OutOfMemoryError");
        }
        Files.delete(trigger);
        try (RunningProcess successor = RunningProcess.start(program(trigger), line -> {})) {
            int management = UnderAttackIT.number(successor, "managementPort");
            assertThat(UnderAttackIT.get(management, "/readyz")).isEqualTo("200 ok\n");
            assertThat(Duration.ofNanos(System.nanoTime() - exhausted))
                    .isLessThan(probe.longest().plus(MARGIN));
        }
    }

    private Program program(Path trigger) throws IOException {
        var authority = CertificateAuthority.create(Duration.ofDays(1), Clock.systemUTC());
        var issued = authority.issueServing(
                new ServingNames(List.of("localhost"), List.of("127.0.0.1")), Duration.ofHours(1), Clock.systemUTC());
        Files.writeString(folder.resolve("tls.crt"), Pem.write(issued.certificate()));
        Files.writeString(folder.resolve("tls.key"), Pem.write(issued.key()));
        var command = new ArrayList<>(ImageFlags.javaWithFlags());
        command.addAll(List.of("-cp", classPath(), ExhaustedMain.class.getName(), trigger.toString()));
        return ImageFlags.program(
                command,
                Map.of(
                        "SLIPWAY_WEBHOOK_CERTIFICATE_FILE",
                        folder.resolve("tls.crt").toString(),
                        "SLIPWAY_WEBHOOK_KEY_FILE",
                        folder.resolve("tls.key").toString()));
    }

    /** The jar as it is shipped, and the class that fills its heap. */
    private static String classPath() {
        Path tests = Path.of(ExhaustedMain.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .getPath());
        return System.getProperty(Program.WEBHOOK_JAR) + java.io.File.pathSeparator + tests;
    }
}
