package dev.slipway.webhook.watch;

import static dev.slipway.webhook.watch.Snapshots.NOON;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.slipway.testkit.time.MovableClock;
import dev.slipway.webhook.cluster.Cluster;
import dev.slipway.webhook.cluster.PlainKubeconfig;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What becomes of an Event that the API server does not take at once. */
class EventRecorderTest {
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);
    private static final Workload WORKLOAD =
            new Workload("shop", new ObjectReference("apps/v1", "Deployment", "shop-api", "uid-of-shop-api"));

    private final MovableClock clock = new MovableClock(NOON);
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final FailingApiServer api = new FailingApiServer();
    private final KubernetesClient client;
    private final EventRecorder recorder;

    EventRecorderTest(@TempDir Path folder) throws IOException {
        client = Cluster.connect(api.kubeconfig(folder));
        recorder = new EventRecorder(client, "replica-a", new WatchEvents(registry, () -> 1), clock);
    }

    @BeforeEach
    void fail() {
        api.status = 503;
    }

    @AfterEach
    void stop() {
        client.close();
        api.close();
    }

    @Test
    void whatTheApiServerDidNotTakeIsWrittenOnceItDoes() {
        recorder.record(WORKLOAD, failure("c1"));
        assertThat(api.taken).isEmpty();
        assertThat(failures()).as("on the pod, and on its Deployment").isEqualTo(2);

        api.status = 201;
        writeAgain();
        assertThat(api.kinds()).containsExactly("Pod", "Deployment");

        writeAgain();
        assertThat(api.taken).as("written is written").hasSize(2);
    }

    @Test
    void nothingIsRepeatedDuringThePause() {
        recorder.record(WORKLOAD, failure("c1"));
        api.status = 201;
        recorder.writeAgain(() -> true);
        assertThat(api.taken).isEmpty();
    }

    @Test
    void aRoundEndsWithTheFirstThatFailsAgain() {
        recorder.record(WORKLOAD, failure("c1"));
        writeAgain();
        assertThat(failures()).isEqualTo(3);
    }

    @Test
    void whatHappensAgainMeanwhileIsOneEventWithACount() {
        recorder.record(WORKLOAD, failure("c1"));
        recorder.record(WORKLOAD, failure("c2"));
        api.status = 201;
        writeAgain();
        assertThat(api.kinds()).containsExactly("Pod", "Deployment");
        assertThat(api.taken.get(1).path("count").asInt()).isEqualTo(2);
    }

    @Test
    void whatIsRefusedIsNotRepeated() {
        api.status = 403;
        recorder.record(WORKLOAD, failure("c1"));
        api.status = 201;
        writeAgain();
        assertThat(api.taken).isEmpty();
    }

    @Test
    void whoLeadsNoLongerWritesNothing() {
        recorder.record(WORKLOAD, failure("c1"));
        api.status = 201;
        clock.advance(LONGEST_PAUSE);
        recorder.writeAgain(() -> false);
        assertThat(api.taken).isEmpty();
    }

    private void writeAgain() {
        clock.advance(LONGEST_PAUSE);
        recorder.writeAgain(() -> true);
    }

    private double failures() {
        return registry.get(WatchEvents.FAILURES).counter().count();
    }

    private Occurrence failure(String id) {
        PodSnapshot pod =
                Snapshots.pod("shop-api-1", "state: " + Snapshots.terminated(5, "12:00:00", id, Snapshots.FAILED));
        EndedRun run =
                EndedRun.between(Optional.empty(), pod, NOON.minusSeconds(60)).get(0);
        return Occurrence.of(run, clock.instant()).orElseThrow();
    }

    /** Answers with what the test says, as an API server that is overloaded, upgraded or cut off from its store does. */
    private static final class FailingApiServer implements AutoCloseable {
        private static final JsonMapper JSON = new JsonMapper();

        private final List<JsonNode> taken = new CopyOnWriteArrayList<>();
        private final HttpServer server;
        private volatile int status = 201;

        FailingApiServer() throws IOException {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            server.createContext("/api/v1/namespaces/shop/events", this::answer);
            server.start();
        }

        private void answer(HttpExchange exchange) throws IOException {
            byte[] body = exchange.getRequestBody().readAllBytes();
            if (status != 201) {
                exchange.sendResponseHeaders(status, -1);
            } else if (exchange.getRequestMethod().equals("PATCH")) {
                exchange.sendResponseHeaders(404, -1);
            } else {
                taken.add(JSON.readTree(body));
                exchange.getResponseHeaders().add("Content-Type", "application/json");
                exchange.sendResponseHeaders(status, body.length);
                exchange.getResponseBody().write(body);
            }
            exchange.close();
        }

        List<String> kinds() {
            return taken.stream()
                    .map(event -> event.path("involvedObject").path("kind").asString())
                    .toList();
        }

        Path kubeconfig(Path folder) throws IOException {
            return PlainKubeconfig.write(folder, server, "shop");
        }

        @Override
        public void close() {
            server.stop(0);
        }
    }
}
