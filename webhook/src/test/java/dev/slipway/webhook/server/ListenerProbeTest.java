package dev.slipway.webhook.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.Vertx;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class ListenerProbeTest {
    /** Three probes of a machine that has other things to do. */
    private static final Duration SHORT = Duration.ofSeconds(12);

    private static final Duration DEADLINE = Duration.ofSeconds(60);

    private final Vertx probes = Vertx.vertx();

    /** Nothing else in the process notices: the probes have a port of their own. */
    @Test
    void aListenerThatIsGoneIsNoticed() {
        try (var server = new RunningServer(RunningServer.GENEROUS)) {
            var probe = start(server, server.certificate);
            await().atMost(DEADLINE)
                    .pollDelay(SHORT.plusSeconds(1))
                    .until(() -> probe.problem(SHORT).isEmpty());

            server.server.stop(Duration.ZERO).await();

            await().atMost(DEADLINE).until(() -> probe.problem(SHORT).isPresent());
            assertThat(probe.problem(SHORT).orElseThrow())
                    .startsWith("our own port " + server.server.port() + " has not answered for");
        } finally {
            probes.close().await();
        }
    }

    @Test
    void aCertificateThatWeDidNotInstallIsNoticed() {
        try (var server = new RunningServer(RunningServer.GENEROUS)) {
            var probe = start(server, new ServingCertificate());

            await().atMost(DEADLINE).until(() -> probe.problem(SHORT).isPresent());
        } finally {
            probes.close().await();
        }
    }

    private ListenerProbe start(RunningServer server, ServingCertificate certificate) {
        var probe = new ListenerProbe(probes, new ListenAddress("127.0.0.1", server.server.port()), certificate);
        assertThat(probe.problem(Duration.ZERO)).as("before its start").isEmpty();
        probe.start();
        return probe;
    }
}
