package dev.slipway.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.slipway.e2e.cluster.AdmissionLoad;
import dev.slipway.e2e.cluster.Installation;
import dev.slipway.testkit.kubernetes.Kubectl;
import dev.slipway.testkit.kubernetes.KubernetesCluster;
import dev.slipway.testkit.kubernetes.KubernetesTest;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What happens to the pods of a cluster while the webhook is down, comes back, is rolled, or is taken away. */
@KubernetesTest
class OutageIT {
    private static final String NAMESPACE = "outage";
    private static final Duration DEADLINE = Duration.ofMinutes(2);

    private static Installation slipway;
    private static Kubectl kubectl;
    private static KubernetesClient client;

    @BeforeAll
    static void install(KubernetesCluster cluster, @TempDir Path temporary) {
        slipway = Slipway.installWithOwnCertificate(cluster, temporary);
        kubectl = slipway.kubectl();
        client = slipway.client();
        cluster.createNamespace(NAMESPACE);
    }

    @AfterAll
    static void uninstall() {
        kubectl.run("delete", "namespace", NAMESPACE, "--wait=false");
        slipway.close();
    }

    @Test
    void anOutageStopsOptedInPodsOnlyAndEndsWithIt() {
        endEveryReplica();

        assertThatThrownBy(() -> tryCreate(optedIn()))
                .hasMessageContaining("failed calling webhook \"pods.slipway.dev\"");
        assertThatCode(() -> tryCreate(Pods.plain(NAMESPACE, "plain"))).doesNotThrowAnyException();
        assertThatCode(() -> tryCreate(Pods.plain("kube-system", "plain"))).doesNotThrowAnyException();
        assertThatCode(() -> kubectl.runWith(
                        Workloads.of("Deployment", "annotated", NAMESPACE, Map.of(Pods.MIGRATE, "true")),
                        "apply",
                        "--dry-run=server",
                        "-f",
                        "-"))
                .as("workloads are checked only while a webhook answers")
                .doesNotThrowAnyException();

        slipway.apply();
        slipway.awaitReady();
        await().atMost(DEADLINE).until(() -> isAdmitted(optedIn()));
    }

    @Test
    void aRollingRestartOfTheWebhookLosesNoAdmission() {
        long restarted;
        try (AdmissionLoad load = AdmissionLoad.start(client, optedIn())) {
            await().atMost(DEADLINE).until(() -> load.admitted() > 10);

            kubectl.run("rollout", "restart", "deployment/slipway-webhook", "--namespace=slipway-system");
            slipway.awaitReady();
            restarted = load.admitted();
            await().atMost(DEADLINE).until(() -> load.admitted() > restarted + 10);

            assertThat(load.failures()).isEmpty();
        }
    }

    @Test
    void withoutTheConfigurationsThePolicyStillRefusesOptedInPods() {
        kubectl.run("delete", "mutatingwebhookconfigurations,validatingwebhookconfigurations", "slipway-webhook");
        try {
            await().atMost(DEADLINE)
                    .untilAsserted(() -> assertThatThrownBy(() -> tryCreate(optedIn()))
                            .hasMessageContaining("ValidatingAdmissionPolicy 'slipway-gate'"));
            assertThatCode(() -> tryCreate(Pods.plain(NAMESPACE, "plain"))).doesNotThrowAnyException();
        } finally {
            Slipway.reinstall(slipway);
        }
        await().atMost(DEADLINE).until(() -> isAdmitted(optedIn()));
    }

    /** Each of them keeps pods away from a webhook that is there and well. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "[{'op':'remove','path':'/webhooks/0/rules'}]",
                "[{'op':'replace','path':'/webhooks/0/rules/0/operations','value':['UPDATE']}]",
                "[{'op':'add','path':'/webhooks/0/matchConditions/-','value':{'name':'never','expression':'false'}}]",
                "[{'op':'add','path':'/webhooks/0/objectSelector','value':{'matchLabels':{'mesh':'on'}}}]",
                "[{'op':'replace','path':'/webhooks/0/namespaceSelector','value':{'matchLabels':{'mesh':'on'}}}]",
                "[{'op':'remove','path':'/webhooks/0'}]"
            })
    void aConfigurationThatLeavesPodsOutIsNoWayRound(String patch) {
        kubectl.run(
                "patch",
                "mutatingwebhookconfiguration",
                "slipway-webhook",
                "--type=json",
                "-p",
                patch.replace('\'', '"'));
        try {
            await().atMost(DEADLINE)
                    .untilAsserted(() -> assertThatThrownBy(() -> tryCreate(optedIn()))
                            .hasMessageContaining("ValidatingAdmissionPolicy 'slipway-gate'"));
            assertThatCode(() -> tryCreate(Pods.plain(NAMESPACE, "plain"))).doesNotThrowAnyException();
        } finally {
            Slipway.reinstall(slipway);
        }
        await().atMost(DEADLINE).until(() -> isAdmitted(optedIn()));
    }

    @Test
    void anOutageOfASoftenedConfigurationIsNoWayRoundEither() {
        endEveryReplica();
        kubectl.run("patch", "mutatingwebhookconfiguration", "slipway-webhook", "--type=json", "-p", """
                [{"op":"replace","path":"/webhooks/0/failurePolicy","value":"Ignore"}]""");
        try {
            await().atMost(DEADLINE)
                    .untilAsserted(() -> assertThatThrownBy(() -> tryCreate(optedIn()))
                            .hasMessageContaining("ValidatingAdmissionPolicy 'slipway-gate'"));
        } finally {
            Slipway.reinstall(slipway);
        }
    }

    /** At once, as a node that is lost; the rolling restart shows what a replica does on SIGTERM. */
    private static void endEveryReplica() {
        kubectl.run("scale", "deployment/slipway-webhook", "--replicas=0", "--namespace=slipway-system");
        kubectl.run("delete", "pods", "--all", "--namespace=slipway-system", "--force", "--grace-period=0");
    }

    private static Pod optedIn() {
        return Pods.annotated(
                Pods.plain(NAMESPACE, "opted-in"),
                Map.of(Pods.MIGRATE, "true", "slipway.dev/database-secret", "shop-database"));
    }

    private static Pod tryCreate(Pod pod) {
        return client.resource(pod).dryRun().create();
    }

    private static boolean isAdmitted(Pod pod) {
        try {
            return !tryCreate(pod).getSpec().getInitContainers().isEmpty();
        } catch (KubernetesClientException refused) {
            return false;
        }
    }
}
