package dev.slipway.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.slipway.e2e.cluster.Installation;
import dev.slipway.e2e.cluster.PlayedNode;
import dev.slipway.testkit.kubernetes.Kubectl;
import dev.slipway.testkit.kubernetes.KubernetesCluster;
import dev.slipway.testkit.kubernetes.KubernetesTest;
import dev.slipway.testkit.process.ProcessResult;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The chart, as Helm installs it: the webhook runs and is called. */
@KubernetesTest
class ChartInstallIT {
    private static final String POD = Workloads.pod(
            "shop",
            "default",
            Map.of(
                    Pods.MIGRATE,
                    "true",
                    "slipway.dev/database-secret",
                    "shop",
                    "slipway.dev/migrations-from",
                    "image"));

    private static final Duration DEADLINE = Duration.ofMinutes(2);

    private final KubernetesCluster cluster;
    private final Kubectl kubectl;
    private final KubernetesClient client;
    private final Helm helm;
    private Optional<PlayedNode> node = Optional.empty();

    ChartInstallIT(KubernetesCluster cluster, @TempDir Path home) {
        this.cluster = cluster;
        this.kubectl = cluster.kubectl();
        this.helm = Helm.find(home);
        this.client = Installation.clientOf(cluster);
    }

    @BeforeEach
    void playNode() {
        node = Installation.playNode(cluster, client, Map.of());
    }

    @AfterEach
    void stop() {
        helm.tryRun(List.of(
                "uninstall", Helm.RELEASE, "--namespace=" + Helm.NAMESPACE, kubeconfig(), "--ignore-not-found"));
        deleteNamespace();
        node.ifPresent(PlayedNode::close);
        client.close();
    }

    @Test
    void itInjectsSurvivesAnUpgradeAndLeavesNothing() {
        List<String> before = Inventory.of(kubectl);

        String notes = inCluster("install", "--create-namespace", "--set=settings.DRAIN=1s");
        String bundle = bundle();
        String injected = admit();
        String tested = helm.run(testCommand().toArray(String[]::new));
        inCluster("upgrade", "--reuse-values", "--set=settings.WAIT_TIMEOUT=23m");
        String bundleAfterwards = bundle();
        // The API server keeps its connection to the old pod until that one has drained.
        String injectedAfterwards = await().atMost(DEADLINE).until(this::admit, pod -> pod.contains("\"23m\""));
        kubectl.run("delete", "mutatingwebhookconfiguration", "slipway-webhook");
        ProcessResult testWithout = helm.tryRun(testCommand());
        String reason = kubectl.run(
                "get",
                "pod",
                "slipway-webhook-test",
                "--namespace=" + Helm.NAMESPACE,
                "-o",
                "jsonpath={.status.containerStatuses[0].state.terminated.message}");
        String rights = kubectl.run("get", "roles,rolebindings", "--namespace=default", "--ignore-not-found");
        helm.run("uninstall", Helm.RELEASE, "--namespace=" + Helm.NAMESPACE, kubeconfig());
        deleteNamespace();

        assertThat(notes).contains("kubectl --namespace slipway-system rollout status deployment/slipway-webhook");
        assertThat(injected).contains("\"slipway-migrate\"").doesNotContain("\"23m\"");
        assertThat(tested).contains("Phase:          Succeeded");
        assertThat(testWithout.exitCode()).as(testWithout.text()).isNotZero();
        assertThat(reason)
                .contains("the API server refused a pod that opts in, in namespace default")
                .contains("the Slipway webhook did not inject this pod");
        assertThat(rights).as("of the test, which end with it").doesNotContain("slipway");
        assertThat(bundle).isNotEmpty();
        assertThat(bundleAfterwards).as("the field that the webhook owns").isEqualTo(bundle);
        assertThat(injectedAfterwards).contains("\"slipway-migrate\"");
        assertThat(Inventory.of(kubectl)).isSubsetOf(before);
    }

    /** As the documentation says: from kubectl to Helm without a gap. */
    @Test
    void itTakesOverWhatKubectlHasInstalled() {
        kubectl.run("apply", "-k", Manifests.ROOT.toString());
        String uid = uidOfThePolicy();

        inCluster("install", "--take-ownership");

        assertThat(uidOfThePolicy()).as("the same object").isEqualTo(uid);
        assertThat(admit()).contains("\"slipway-migrate\"");
    }

    /** Played with one address for all such pods of the node, whose ports the scheduler gives to one pod at a time. */
    @Test
    void onTheHostsNetworkItServesAndIsUpgraded() {
        inCluster(
                "install",
                "--create-namespace",
                "--set=settings.DRAIN=1s,hostNetwork=true,replicas=1,port=18443,managementPort=18081");
        String injected = admit();
        inCluster("upgrade", "--reuse-values", "--set=settings.WAIT_TIMEOUT=23m");

        assertThat(injected).contains("\"slipway-migrate\"").doesNotContain("\"23m\"");
        assertThat(await().atMost(DEADLINE).until(this::admit, pod -> pod.contains("\"23m\"")))
                .contains("\"slipway-migrate\"");
        assertThat(kubectl.run(
                        "get",
                        "pods",
                        "--namespace=" + Helm.NAMESPACE,
                        "-o",
                        "jsonpath={.items[*].spec.containers[0].ports[*].hostPort}"))
                .isEqualTo("18443 18081");
    }

    private List<String> testCommand() {
        return List.of("test", Helm.RELEASE, "--namespace=" + Helm.NAMESPACE, kubeconfig(), "--timeout=2m");
    }

    private String uidOfThePolicy() {
        return kubectl.run("get", "validatingadmissionpolicy", "slipway-gate", "-o", "jsonpath={.metadata.uid}");
    }

    /** Without waiting for the webhook to drain. */
    private void deleteNamespace() {
        kubectl.tryRun("delete", "pods", "--all", "--namespace=" + Helm.NAMESPACE, "--force", "--grace-period=0");
        kubectl.run("delete", "namespace", Helm.NAMESPACE, "--ignore-not-found");
    }

    private String inCluster(String command, String... flags) {
        var arguments = new ArrayList<>(List.of(
                command,
                Helm.RELEASE,
                Manifests.CHART.toString(),
                "--namespace=" + Helm.NAMESPACE,
                kubeconfig(),
                "--wait",
                "--timeout=5m"));
        arguments.addAll(List.of(flags));
        return helm.run(arguments.toArray(String[]::new));
    }

    private String kubeconfig() {
        return "--kubeconfig=" + cluster.kubeconfig();
    }

    /** The API server calls the webhook for a dry run as well. */
    private String admit() {
        return kubectl.runWith(POD, "create", "--dry-run=server", "-o", "json", "-f", "-");
    }

    private String bundle() {
        return kubectl.run(
                "get",
                "mutatingwebhookconfiguration",
                "slipway-webhook",
                "-o",
                "jsonpath={.webhooks[0].clientConfig.caBundle}");
    }
}
