package dev.slipway.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.slipway.e2e.cluster.AdmissionLoad;
import dev.slipway.e2e.cluster.Installation;
import dev.slipway.e2e.cluster.WebhookMetrics;
import dev.slipway.testkit.kubernetes.Kubectl;
import dev.slipway.testkit.kubernetes.KubernetesCluster;
import dev.slipway.testkit.kubernetes.KubernetesTest;
import io.fabric8.kubernetes.api.model.Pod;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/**
 * The default installation from its first to its last moment, as the API server sees it: certificates that the replicas make
 * for themselves, with lives of less than a minute. The tests are the chapters of one story, so they run in order.
 */
@KubernetesTest
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class CertificatesIT {
    private static final String NAMESPACE = "certificates";
    private static final Duration DEADLINE = Duration.ofMinutes(4);
    private static final List<String> CONFIGURATIONS =
            List.of("mutatingwebhookconfiguration/slipway-webhook", "validatingwebhookconfiguration/slipway-webhook");

    /** The shortest lives that leave a busy machine enough time to renew before the end. */
    private static final Map<String, String> SHORT_LIVES = Map.of(
            "SLIPWAY_WEBHOOK_CA_VALIDITY", "60s",
            "SLIPWAY_WEBHOOK_CERTIFICATE_VALIDITY", "20s",
            "SLIPWAY_WEBHOOK_DRAIN", "1s");

    private static List<String> before;
    private static Installation slipway;
    private static Kubectl kubectl;

    @BeforeAll
    static void install(KubernetesCluster cluster, @TempDir Path temporary) throws IOException {
        kubectl = cluster.kubectl();
        cluster.createNamespace(NAMESPACE);
        before = Inventory.of(kubectl);
        slipway = Installation.start(cluster, withShortLives(temporary), Map.of());
    }

    @AfterAll
    static void uninstall() {
        kubectl.run("delete", "namespace", NAMESPACE, "--wait=false");
        slipway.close();
    }

    @Test
    @Order(1)
    void fromNothingTheReplicasMakeACertificateAuthorityThatTheApiServerTrusts() {
        await().atMost(DEADLINE)
                .untilAsserted(() -> assertThat(bundles()).hasSize(2).containsOnly(authority()));
        assertThat(tryCreate().getSpec().getInitContainers()).hasSize(1);
        assertThat(WebhookMetrics.sum(slipway, "slipway_webhook_ca_changes_total", "change=\"created_secret\""))
                .as("one replica makes it, the other one reads it")
                .isEqualTo(1);
    }

    @Test
    @Order(2)
    void applyingTheManifestsAgainLeavesTheBundleAloneAndLosesNoAdmission() {
        try (AdmissionLoad load = AdmissionLoad.start(slipway.client(), optedIn())) {
            await().atMost(DEADLINE).until(() -> load.admitted() > 3);

            String again = kubectl.run("apply", "-k", slipway.manifests().toString());
            kubectl.run(
                    "apply",
                    "--server-side",
                    "--force-conflicts",
                    "-k",
                    slipway.manifests().toString());
            long applied = load.admitted();
            await().atMost(DEADLINE).until(() -> load.admitted() > applied + 3);

            assertThat(again.lines().filter(line -> line.contains("webhookconfiguration")))
                    .hasSize(2)
                    .allMatch(line -> line.endsWith("unchanged"));
            assertThat(load.failures()).isEmpty();
        }
        assertThat(bundles()).noneMatch(String::isEmpty);
        assertThat(WebhookMetrics.sum(slipway, "slipway_webhook_ca_bundle_writes_total", "reason=\"restored\""))
                .isZero();
    }

    @Test
    @Order(3)
    void aWipedBundleIsRestored() {
        for (String configuration : CONFIGURATIONS) {
            kubectl.run("patch", configuration, "--type=json", "--patch", """
                    [{"op":"remove","path":"/webhooks/0/clientConfig/caBundle"}]""");
        }

        await().atMost(DEADLINE).until(() -> bundles().stream().noneMatch(String::isEmpty));
        await().atMost(DEADLINE).ignoreExceptions().until(() -> tryCreate() != null);
        assertThat(WebhookMetrics.sum(slipway, "slipway_webhook_ca_bundle_writes_total", "reason=\"restored\""))
                .isBetween(2L, 4L);
    }

    @Test
    @Order(4)
    void noAdmissionIsLostWhileServingCertificatesAndTheAuthorityAreReplaced() {
        try (AdmissionLoad load = AdmissionLoad.start(slipway.client(), optedIn())) {
            await().atMost(DEADLINE)
                    .until(() ->
                            WebhookMetrics.sum(slipway, "slipway_webhook_ca_changes_total", "change=\"rolled_over\"")
                                    >= 1);
            long signed = certificates();
            await().atMost(DEADLINE).until(() -> certificates() >= signed + 2);
            long renewed = load.admitted();
            await().atMost(DEADLINE).until(() -> load.admitted() > renewed + 5);

            assertThat(load.failures()).isEmpty();
        }
    }

    @Test
    @Order(5)
    void whatIsDeletedUnderARunningWebhookStaysDeleted() {
        kubectl.run("delete", "-k", slipway.manifests().toString());

        assertThat(Inventory.of(kubectl)).isSubsetOf(before);
    }

    /** The manifests as they are, in an overlay with these variables. */
    private static Path withShortLives(Path folder) throws IOException {
        var overlay = new StringBuilder(
                """
                apiVersion: kustomize.config.k8s.io/v1beta1
                kind: Kustomization
                resources: [%s]
                patches:
                  - target: {kind: Deployment, name: slipway-webhook}
                    patch: |-
                """.formatted(folder.relativize(Manifests.copyTo(folder).resolve("base"))));
        SHORT_LIVES.forEach(
                (name, value) -> overlay.append("      - {op: add, path: /spec/template/spec/containers/0/env/-, "
                        + "value: {name: " + name + ", value: " + value + "}}\n"));
        Files.writeString(folder.resolve("kustomization.yaml"), overlay);
        return folder;
    }

    private static List<String> bundles() {
        return CONFIGURATIONS.stream()
                .map(configuration ->
                        kubectl.run("get", configuration, "-o", "jsonpath={.webhooks[0].clientConfig.caBundle}"))
                .toList();
    }

    /** The certificates in the Secret, encoded as a bundle is. */
    private static String authority() {
        return kubectl.run(
                "get", "secret/slipway-webhook-ca", "--namespace=slipway-system", "-o", "jsonpath={.data.ca\\.crt}");
    }

    /** How often a replica has replaced its serving certificate. */
    private static long certificates() {
        return WebhookMetrics.sum(slipway, "slipway_webhook_certificate_reloads_total", "outcome=\"ok\"");
    }

    private static Pod optedIn() {
        return Pods.annotated(
                Pods.plain(NAMESPACE, "opted-in"),
                Map.of(Pods.MIGRATE, "true", "slipway.dev/database-secret", "shop-database"));
    }

    private static Pod tryCreate() {
        return slipway.client().resource(optedIn()).dryRun().create();
    }
}
