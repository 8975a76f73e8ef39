package dev.slipway.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.slipway.e2e.cluster.Installation;
import dev.slipway.e2e.cluster.WebhookMetrics;
import dev.slipway.testkit.attack.Attacks;
import dev.slipway.testkit.attack.Attacks.Attack;
import dev.slipway.testkit.kubernetes.KubeApiServer;
import dev.slipway.testkit.kubernetes.Kubectl;
import dev.slipway.testkit.kubernetes.KubernetesTest;
import dev.slipway.testkit.kubernetes.OwnControlPlane;
import dev.slipway.testkit.time.Alone;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Both replicas with the image's flags, attacked by an outsider who reaches their ports from the address that the API
 * server comes from too, as behind a proxy, and by a user who may create pods and do nothing else. Opted-in pods go on
 * being admitted by a real API server, which waits for 5 seconds.
 */
@Alone
@KubernetesTest
@OwnControlPlane("it attacks, on this machine only")
class AttackedIT {
    private static final String NAMESPACE = "attacked";
    private static final int ADMISSIONS = 21;
    private static final Duration FELT = Duration.ofSeconds(90);

    private static Installation slipway;
    private static Kubectl kubectl;
    private static URI apiServer;
    private static List<Pod> replicas;

    @BeforeAll
    static void install(KubeApiServer server) {
        apiServer = server.address();
        slipway = Slipway.install(server);
        kubectl = slipway.kubectl();
        server.createNamespace(NAMESPACE);
        replicas = replicas();
        var problems = new ArrayList<String>();
        admit(problems);
        assertThat(problems).isEmpty();
    }

    @AfterAll
    static void uninstall() {
        kubectl.run("delete", "namespace", NAMESPACE, "--wait=false");
        slipway.close();
    }

    static Stream<Arguments> attacks() {
        return Stream.of(
                attack("at rest", false, List::of),
                attack("half-sent bodies", true, () -> onEach(from -> from.halfSentBodies(6))),
                attack("idle connections", false, () -> onEach(from -> from.idleConnections(1_024))),
                attack("seven megabytes of {}", true, () -> onEach(from -> from.posts(1, Attacks.emptyObjects()))),
                attack("500,000 variables, as a user", true, () -> List.of(throughTheApiServer())));
    }

    /** @param refused whether the webhook refuses requests of it, which shows that they come so far */
    private static Arguments attack(String name, boolean refused, Supplier<List<Attack>> start) {
        return Arguments.of(name, refused, start);
    }

    private static List<Attack> onEach(Attacks.Kind kind) {
        return replicas.stream()
                .map(pod -> new InetSocketAddress(pod.getStatus().getPodIP(), 8443))
                .map(replica -> kind.start(new Attacks(InetAddress.getLoopbackAddress(), replica)))
                .toList();
    }

    /** Dry runs, so that quotas and the cluster's capacity do not stop them. */
    private static Attack throughTheApiServer() {
        kubectl.run("create", "serviceaccount", "attacker", "--namespace=" + NAMESPACE);
        kubectl.run("create", "role", "attacker", "--verb=create", "--resource=pods", "--namespace=" + NAMESPACE);
        kubectl.run(
                "create",
                "rolebinding",
                "attacker",
                "--role=attacker",
                "--serviceaccount=" + NAMESPACE + ":attacker",
                "--namespace=" + NAMESPACE);
        String token = kubectl.run("create", "token", "attacker", "--namespace=" + NAMESPACE);
        var server = new InetSocketAddress(apiServer.getHost(), apiServer.getPort());
        return new Attacks(InetAddress.getLoopbackAddress(), server)
                .posts(
                        2,
                        "/api/v1/namespaces/" + NAMESPACE + "/pods?dryRun=All",
                        Map.of("Authorization", "Bearer " + token.strip()),
                        Attacks.podOfEmptyVariables());
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("attacks")
    void noAdmissionFailsMeanwhile(String name, boolean refused, Supplier<List<Attack>> start) throws Exception {
        long before = refused();
        var problems = new ArrayList<String>();
        Duration slowest = Duration.ZERO;
        List<Attack> attacks = start.get();
        try {
            TimeUnit.SECONDS.sleep(attacks.isEmpty() ? 0 : 2);
            for (int number = 0; number < ADMISSIONS; number++) {
                Duration took = admit(problems);
                slowest = took.compareTo(slowest) > 0 ? took : slowest;
                TimeUnit.MILLISECONDS.sleep(100);
            }
            if (refused) {
                await().atMost(FELT).until(() -> refused() > before);
            }
        } finally {
            attacks.forEach(Attack::close);
        }
        System.out.printf(
                "| %s | %d of %d failed | slowest %d ms | refused %d |%n",
                name, problems.size(), ADMISSIONS, slowest.toMillis(), refused() - before);

        assertThat(problems).isEmpty();
        assertThat(starts(replicas())).isEqualTo(starts(replicas));
        for (Pod replica : replicas) {
            assertThat(get(replica, "/livez")).isEqualTo("200 ok\n");
            assertThat(get(replica, "/readyz")).isEqualTo("200 ok\n");
        }
    }

    private static long refused() {
        return WebhookMetrics.sum(slipway, "slipway_webhook_requests_refused_total");
    }

    private static Duration admit(List<String> problems) {
        long started = System.nanoTime();
        try {
            Pod admitted = slipway.client().resource(optedIn()).dryRun().create();
            if (admitted.getSpec().getInitContainers().isEmpty()) {
                problems.add("admitted without our containers");
            }
        } catch (KubernetesClientException refused) {
            problems.add(String.valueOf(refused.getMessage()));
        }
        return Duration.ofNanos(System.nanoTime() - started);
    }

    private static Pod optedIn() {
        return Pods.annotated(
                Pods.plain(NAMESPACE, "opted-in"),
                Map.of(Pods.MIGRATE, "true", "slipway.dev/database-secret", "shop-database"));
    }

    private static List<Pod> replicas() {
        return slipway.client().pods().inNamespace("slipway-system").list().getItems();
    }

    /** Equal if neither replica was replaced, or started again. */
    private static List<String> starts(List<Pod> pods) {
        return pods.stream()
                .map(pod -> pod.getMetadata().getUid() + " "
                        + pod.getStatus().getContainerStatuses().get(0).getRestartCount())
                .toList();
    }

    private static String get(Pod replica, String path) throws IOException, InterruptedException {
        var url = URI.create("http://" + replica.getStatus().getPodIP() + ":8081" + path);
        var request = HttpRequest.newBuilder(url).timeout(Duration.ofSeconds(2)).build();
        var response = HttpClient.newHttpClient().send(request, BodyHandlers.ofString());
        return response.statusCode() + " " + response.body();
    }
}
