package dev.slipway.webhook.rollout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.slipway.testkit.kubernetes.KubeApiServer;
import dev.slipway.testkit.kubernetes.Kubectl;
import dev.slipway.testkit.kubernetes.KubernetesTest;
import dev.slipway.webhook.cluster.Cluster;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the real controllers write about their pods. There is no node: the test says that a pod is ready. */
@KubernetesTest
class OldPodsIT {
    private static final Duration GENEROUS = Duration.ofMinutes(2);
    private static final String NAMESPACE = "old-pods";
    private static final String NODE = "old-pods-node";
    private static final String READY = """
            {"status": {"phase": "Running", "conditions": [
              {"type": "Ready", "status": "True", "lastTransitionTime": "2026-01-01T00:00:00Z"}]}}""";

    private static final String STATEFUL_SET = """
            apiVersion: apps/v1
            kind: StatefulSet
            metadata: {name: ledger}
            spec:
              replicas: 1
              serviceName: ledger
              selector: {matchLabels: {app: ledger}}
              updateStrategy: {type: OnDelete}
              template: {metadata: {labels: {app: ledger}}, spec: {containers: [{name: app, image: "ledger:VERSION"}]}}
            """;

    private static final String DAEMON_SET = """
            apiVersion: apps/v1
            kind: DaemonSet
            metadata: {name: agent}
            spec:
              selector: {matchLabels: {app: agent}}
              updateStrategy: {type: OnDelete}
              template:
                metadata: {labels: {app: agent}}
                spec:
                  nodeSelector: {kubernetes.io/hostname: old-pods-node}
                  tolerations: [{operator: Exists}]
                  containers: [{name: app, image: "agent:VERSION"}]
            """;

    private final KubernetesClient client;
    private final Kubectl kubectl;

    OldPodsIT(KubeApiServer server) {
        client = Cluster.connect(server.kubeconfig());
        kubectl = server.kubectl();
    }

    @BeforeEach
    void createNamespace() {
        kubectl.run("create", "namespace", NAMESPACE);
        await().atMost(GENEROUS)
                .until(() -> client.serviceAccounts()
                                .inNamespace(NAMESPACE)
                                .withName("default")
                                .get()
                        != null);
    }

    @AfterEach
    void deleteNamespace() {
        kubectl.run("delete", "pods", "--all", "--force", "--grace-period=0", "--namespace=" + NAMESPACE);
        kubectl.run("delete", "namespace", NAMESPACE);
        kubectl.run("delete", "node", NODE, "--ignore-not-found");
        client.close();
    }

    @Test
    void aPodOfAStatefulSetThatWasNotReplacedIsNamed() {
        followRollout(new OldPods.Replaced(WorkloadKind.STATEFULSET, "ledger"), STATEFUL_SET, "ledger");
    }

    @Test
    void aPodOfADaemonSetThatWasNotReplacedIsNamed() {
        kubectl.runWith("""
                {"apiVersion": "v1", "kind": "Node",
                 "metadata": {"name": "old-pods-node", "labels": {"kubernetes.io/hostname": "old-pods-node"}}}""", "create", "-f", "-");
        followRollout(new OldPods.Replaced(WorkloadKind.DAEMONSET, "agent"), DAEMON_SET, "agent");
    }

    @Test
    void whatDoesNotExistIsAnObjection() {
        assertThat(objections(new OldPods.Replaced(WorkloadKind.DAEMONSET, "agent")))
                .containsExactly("daemonset agent does not exist in namespace old-pods");
    }

    /** A right that is missing stays missing; the message says whose role lacks it. */
    @Test
    void whatMayNotBeReadIsAnObstacle() {
        Config config = new ConfigBuilder(client.getConfiguration()).build();
        config.setImpersonateUsername("job");
        try (KubernetesClient limited =
                new KubernetesClientBuilder().withConfig(config).build()) {
            OldPods.Answer answer = new OldPods(limited, NAMESPACE, Optional.empty())
                    .about(List.of(new OldPods.Replaced(WorkloadKind.DEPLOYMENT, "api")));

            assertThat(answer.objections()).isEmpty();
            assertThat(answer.obstacles())
                    .singleElement()
                    .asString()
                    .contains("deployment api: ", "cannot get resource \"deployments\"", "allow it in the Role");
        }
    }

    private void followRollout(OldPods.Replaced workload, String manifest, String app) {
        apply(manifest, "1");
        String old = onlyPod(app, "");
        assertThat(objections(workload)).singleElement().asString().contains("the rollout is not over");
        makeReady(old);
        await().atMost(GENEROUS)
                .untilAsserted(() -> assertThat(objections(workload)).isEmpty());

        apply(manifest, "2");
        await().atMost(GENEROUS)
                .untilAsserted(() -> assertThat(objections(workload))
                        .anySatisfy(objection -> assertThat(objection)
                                .startsWith(workload + ": pod " + old + " is of revision ")
                                .contains(", the newest is ")));

        String uid = uid(old);
        kubectl.run("delete", "pod", old, "--force", "--grace-period=0", "--namespace=" + NAMESPACE);
        makeReady(onlyPod(app, uid));
        await().atMost(GENEROUS)
                .untilAsserted(() -> assertThat(objections(workload)).isEmpty());
    }

    private List<String> objections(OldPods.Replaced workload) {
        return new OldPods(client, NAMESPACE, Optional.empty())
                .about(List.of(workload))
                .objections();
    }

    private void apply(String manifest, String version) {
        kubectl.runWith(manifest.replace("VERSION", version), "apply", "--namespace=" + NAMESPACE, "-f", "-");
    }

    /** @param gone uid of the one before it, whose name it may have */
    private String onlyPod(String app, String gone) {
        return await().atMost(GENEROUS)
                .until(
                        () -> client.pods().inNamespace(NAMESPACE).withLabel("app", app).list().getItems().stream()
                                .filter(pod -> !pod.getMetadata().getUid().equals(gone))
                                .map(pod -> pod.getMetadata().getName())
                                .findFirst(),
                        Optional::isPresent)
                .orElseThrow();
    }

    private String uid(String pod) {
        return client.pods()
                .inNamespace(NAMESPACE)
                .withName(pod)
                .get()
                .getMetadata()
                .getUid();
    }

    private void makeReady(String pod) {
        kubectl.run(
                "patch",
                "pod",
                pod,
                "--namespace=" + NAMESPACE,
                "--subresource=status",
                "--type=merge",
                "--patch=" + READY);
    }
}
