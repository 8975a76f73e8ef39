package dev.slipway.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.slipway.e2e.cluster.Images;
import dev.slipway.e2e.cluster.Installation;
import dev.slipway.e2e.cluster.SidecarInjector;
import dev.slipway.e2e.cluster.WebhookMetrics;
import dev.slipway.testkit.kubernetes.KubeApiServer;
import dev.slipway.testkit.kubernetes.Kubectl;
import dev.slipway.testkit.kubernetes.KubernetesTest;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What comes back from the API server when it calls the running webhook. */
@KubernetesTest
class AdmissionIT {
    private static final String NAMESPACE = "admission";
    private static final String ADMISSIONS = "slipway_webhook_admissions_total";
    private static final String DATABASE_SECRET = "slipway.dev/database-secret";
    private static final Duration DEADLINE = Duration.ofSeconds(60);

    private static Installation slipway;
    private static Kubectl kubectl;
    private static KubernetesClient client;

    @TempDir
    private static Path temporary;

    @BeforeAll
    static void install(KubeApiServer server) {
        slipway = Slipway.install(server, temporary);
        kubectl = slipway.kubectl();
        client = slipway.client();
        server.createNamespace(NAMESPACE, "pod-security.kubernetes.io/enforce=restricted");
    }

    @AfterAll
    static void uninstall() {
        kubectl.run("delete", "namespace", NAMESPACE, "--wait=false");
        slipway.close();
    }

    @Test
    void anAnnotatedPodIsAdmittedWithOurContainersWherePodSecurityRestrictedIsEnforced() {
        Pod created = client.resource(optedIn("restricted")).create();

        assertThat(initContainers(created)).containsExactly("slipway-preflight", "slipway-migrate");
        assertThat(created.getMetadata().getLabels()).containsKey("slipway.dev/injected");
    }

    @Test
    void aPodWithoutTheAnnotationNeverReachesTheWebhook() {
        long before = WebhookMetrics.sum(slipway, ADMISSIONS);

        for (int number = 0; number < 10; number++) {
            client.resource(Pods.plain(NAMESPACE, "plain-" + number)).create();
        }
        client.resource(Pods.annotated(Pods.plain(NAMESPACE, "opted-out"), Map.of(Pods.MIGRATE, "false")))
                .create();

        assertThat(WebhookMetrics.sum(slipway, ADMISSIONS)).isEqualTo(before);
        client.resource(optedIn("counted")).create();
        assertThat(WebhookMetrics.sum(slipway, ADMISSIONS)).isGreaterThan(before);
    }

    @Test
    void migrationsFromAnImageAreMountedAsAnImageVolume() {
        Pod created = client.resource(Pods.annotated(
                        optedIn("image-volume"), Map.of("slipway.dev/migrations-from", "image:" + Images.MIGRATIONS)))
                .create();

        assertThat(created.getSpec().getVolumes().stream().map(Volume::getImage).filter(image -> image != null))
                .singleElement()
                .satisfies(image -> assertThat(image.getReference()).isEqualTo(Images.MIGRATIONS));
    }

    @Test
    void everyMistakeIsShownAtOnceWithWhatWasMeant() {
        Kubectl.Result refused = kubectl.tryRunWith("""
                apiVersion: v1
                kind: Pod
                metadata:
                  name: mistaken
                  namespace: admission
                  annotations:
                    slipway.dev/migrate: "true"
                    slipway.dev/database-secret: shop-database
                    slipway.dev/wiat-timeout: 5m
                    slipway.dev/lock-timeout: soon
                    slipway.dev/migrations-from: configmaps:sql
                spec:
                  containers:
                    - name: app
                      image: registry.example.com/app:1
                """, "create", "-f", "-");

        assertThat(refused.exitCode()).isNotZero();
        assertThat(refused.errors())
                .contains("admission webhook \"pods.slipway.dev\" denied the request")
                .contains("3 problems")
                .contains("did you mean slipway.dev/wait-timeout?")
                .contains("slipway.dev/lock-timeout is 'soon'")
                .contains("slipway.dev/migrations-from is 'configmaps:sql'");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Deployment", "StatefulSet", "DaemonSet", "Job", "CronJob"})
    void aWrongAnnotationIsRefusedWhenTheWorkloadIsApplied(String kind) {
        Kubectl.Result refused = kubectl.tryRunWith(
                Workloads.of(kind, "mistaken", NAMESPACE, Map.of(Pods.MIGRATE, "true", "slipway.dev/schemas", "shop")),
                "apply",
                "-f",
                "-");

        assertThat(refused.exitCode()).as(refused.text()).isNotZero();
        assertThat(refused.errors())
                .contains("admission webhook \"workloads.slipway.dev\" denied the request")
                .contains("slipway.dev/schemas")
                .contains("did you mean slipway.dev/schema?");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Deployment", "StatefulSet", "DaemonSet", "Job", "CronJob"})
    void aRightAnnotationIsAcceptedWhenTheWorkloadIsApplied(String kind) {
        String workload =
                Workloads.of(kind, "right", NAMESPACE, Map.of(Pods.MIGRATE, "true", DATABASE_SECRET, "shop-database"));

        kubectl.runWith(workload, "apply", "--dry-run=server", "-f", "-");
    }

    @Test
    void aMisspeltOptInIsWarnedOfAtTheTerminal() {
        Kubectl.Result applied = kubectl.tryRunWith(
                Workloads.of("Deployment", "misspelt", NAMESPACE, Map.of("slipway.dev/migrat", "true")),
                "apply",
                "--dry-run=server",
                "-f",
                "-");

        assertThat(applied.errors()).contains("slipway.dev/migrat");
    }

    @Test
    void aRolloutThatGivesUpBeforeItsPodsDoIsWarnedOfAtTheTerminal() {
        Kubectl.Result applied = kubectl.tryRunWith(
                Workloads.of(
                        "Deployment",
                        "impatient",
                        NAMESPACE,
                        Map.of(Pods.MIGRATE, "true", DATABASE_SECRET, "db", "slipway.dev/wait-timeout", "30m")),
                "apply",
                "--dry-run=server",
                "-f",
                "-");

        assertThat(applied.exitCode()).as(applied.text()).isZero();
        assertThat(applied.errors()).contains("Warning:").contains("spec.progressDeadlineSeconds 600 is below");
    }

    @Test
    void aDryRunShowsTheInjectedPodAndLeavesNothing() {
        Kubectl.Result shown = kubectl.tryRunWith(
                Workloads.pod("dry", NAMESPACE, Map.of(Pods.MIGRATE, "true", DATABASE_SECRET, "db")),
                "create",
                "--dry-run=server",
                "-o",
                "yaml",
                "-f",
                "-");

        assertThat(shown.output()).contains("name: slipway-migrate");
        assertThat(client.pods().inNamespace(NAMESPACE).withName("dry").get()).isNull();
        assertThat(WebhookMetrics.sum(slipway, ADMISSIONS, "dry_run=\"true\"")).isPositive();
    }

    @ParameterizedTest
    @ValueSource(strings = {"aa-before-us", "zz-after-us"})
    void aNativeSidecarOfAnotherWebhookStartsBeforeOurContainers(String configuration) throws IOException {
        Path certificates = Files.createTempDirectory(temporary, "sidecar-");
        ServingFiles.create(certificates);
        try (SidecarInjector injector = SidecarInjector.start(certificates)) {
            kubectl.runWith(injector.configuration(configuration, NAMESPACE), "apply", "-f", "-");
            Pod pod = optedIn("meshed");
            await().atMost(DEADLINE).until(() -> initContainers(tryCreate(pod)).contains(SidecarInjector.SIDECAR));

            assertThat(initContainers(tryCreate(pod)))
                    .containsExactly(SidecarInjector.SIDECAR, "slipway-preflight", "slipway-migrate");
        } finally {
            kubectl.run("delete", "mutatingwebhookconfiguration", configuration);
        }
    }

    @Test
    void anInjectedPodCanBeExportedAndCreatedAgain() {
        Pod exported = client.resource(optedIn("exported")).create();

        Pod again = tryCreate(exported.edit()
                .editMetadata()
                .withName("imported")
                .withResourceVersion(null)
                .withUid(null)
                .endMetadata()
                .build());

        assertThat(again.getSpec().getInitContainers())
                .isEqualTo(exported.getSpec().getInitContainers());
    }

    @Test
    void aPodThatThePreviousVersionInjectedIsAcceptedAsItIs() {
        Pod current = tryCreate(optedIn("older"));
        Pod older = withMigratorTag(current, "0.0.9");

        Pod accepted = tryCreate(older);

        assertThat(accepted.getSpec().getInitContainers())
                .isEqualTo(older.getSpec().getInitContainers());
    }

    @Test
    void aResourceQuotaAcceptsTheInjectedPod() {
        namespace("quota", () -> {
            kubectl.run(
                    "create",
                    "quota",
                    "all",
                    "--hard=requests.cpu=2,requests.memory=2Gi,limits.cpu=4,limits.memory=4Gi,pods=4",
                    "--namespace=quota");
            Pod pod = Pods.withResources(optedInIn("quota", "counted"), "100m", "128Mi", "200m", "256Mi");

            await().atMost(DEADLINE)
                    .ignoreExceptions()
                    .untilAsserted(
                            () -> assertThat(initContainers(tryCreate(pod))).contains("slipway-migrate"));
        });
    }

    @Test
    void aLimitRangeWithMinimumAndMaximumAcceptsTheInjectedPod() {
        namespace("ranged", () -> {
            kubectl.runWith("""
                    apiVersion: v1
                    kind: LimitRange
                    metadata:
                      name: containers
                      namespace: ranged
                    spec:
                      limits:
                        - type: Container
                          min: {cpu: 50m, memory: 64Mi}
                          max: {cpu: "1", memory: 512Mi}
                          default: {cpu: 200m, memory: 256Mi}
                          defaultRequest: {cpu: 100m, memory: 128Mi}
                          maxLimitRequestRatio: {cpu: "10"}
                    """, "apply", "-f", "-");
            Pod created = tryCreate(optedInIn("ranged", "limited"));

            assertThat(created.getSpec().getInitContainers())
                    .allSatisfy(container ->
                            assertThat(container.getResources().getLimits()).containsKeys("cpu", "memory"));
        });
    }

    @Test
    void aPodOfNearlyOneMegabyteIsInjected() {
        Pod large = Pods.annotated(optedIn("large"), Map.of("example.com/blob", "x".repeat(250_000)));
        Pod full = large.edit()
                .editSpec()
                .editFirstContainer()
                .addNewEnv()
                .withName("BLOB")
                .withValue("y".repeat(700_000))
                .endEnv()
                .endContainer()
                .endSpec()
                .build();

        assertThat(initContainers(tryCreate(full))).contains("slipway-migrate");
    }

    @Test
    void withoutTheDatabaseTheRefusalSaysWhichAnnotationsNameOne() {
        Pod pod = Pods.annotated(Pods.plain(NAMESPACE, "homeless"), Map.of(Pods.MIGRATE, "true"));

        assertThatThrownBy(() -> tryCreate(pod))
                .hasMessageContaining("slipway.dev/database-secret")
                .hasMessageContaining("slipway.dev/database-from");
    }

    private static void namespace(String name, Runnable test) {
        slipway.server().createNamespace(name);
        try {
            test.run();
        } finally {
            kubectl.run("delete", "namespace", name, "--wait=false");
        }
    }

    private static Pod optedIn(String name) {
        return optedInIn(NAMESPACE, name);
    }

    private static Pod optedInIn(String namespace, String name) {
        return Pods.annotated(
                Pods.plain(namespace, name), Map.of(Pods.MIGRATE, "true", DATABASE_SECRET, "shop-database"));
    }

    private static Pod withMigratorTag(Pod pod, String tag) {
        List<Container> containers = pod.getSpec().getInitContainers().stream()
                .map(container -> container
                        .edit()
                        .withImage(container.getImage().replaceFirst(":[^:]+$", ":" + tag))
                        .build())
                .toList();
        return pod.edit()
                .editMetadata()
                .addToAnnotations("slipway.dev/injected", tag)
                .withUid(null)
                .endMetadata()
                .editSpec()
                .withInitContainers(containers)
                .endSpec()
                .build();
    }

    private static Pod tryCreate(Pod pod) {
        return client.resource(pod).dryRun().create();
    }

    private static List<String> initContainers(Pod pod) {
        return pod.getSpec().getInitContainers().stream()
                .map(Container::getName)
                .toList();
    }
}
