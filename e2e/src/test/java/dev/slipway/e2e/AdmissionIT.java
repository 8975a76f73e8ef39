package dev.slipway.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.slipway.e2e.cluster.Images;
import dev.slipway.e2e.cluster.Installation;
import dev.slipway.e2e.cluster.OtherWebhook;
import dev.slipway.e2e.cluster.WebhookMetrics;
import dev.slipway.testkit.kubernetes.Kubectl;
import dev.slipway.testkit.kubernetes.KubernetesCluster;
import dev.slipway.testkit.kubernetes.KubernetesTest;
import dev.slipway.testkit.kubernetes.OwnControlPlane;
import dev.slipway.testkit.process.Program;
import dev.slipway.testkit.process.RunningProcess;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.ImageVolumeSource;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What comes back from the API server when it calls the running webhook. */
@KubernetesTest
@Tag(OldestKubernetes.TAG)
class AdmissionIT {
    private static final String NAMESPACE = "admission";
    private static final String ADMISSIONS = "slipway_webhook_admissions_total";
    private static final String DATABASE_SECRET = "slipway.dev/database-secret";
    private static final Duration DEADLINE = Duration.ofSeconds(60);

    private static final String LIMITS = """
            apiVersion: v1
            kind: LimitRange
            metadata:
              name: containers
              namespace: %s
            spec:
              limits:
                - type: Container
                  min: {cpu: 50m, memory: 64Mi}
                  max: {cpu: "1", memory: 512Mi}
                  default: {cpu: 200m, memory: 256Mi}
                  defaultRequest: {cpu: 100m, memory: 128Mi}
                  maxLimitRequestRatio: {cpu: "10"}
            """;

    private static Installation slipway;
    private static Kubectl kubectl;
    private static KubernetesClient client;

    @TempDir
    private static Path temporary;

    @BeforeAll
    static void install(KubernetesCluster cluster) {
        slipway = Slipway.install(cluster);
        kubectl = slipway.kubectl();
        client = slipway.client();
        cluster.createNamespace(NAMESPACE, "pod-security.kubernetes.io/enforce=restricted");
    }

    @AfterAll
    static void uninstall() {
        kubectl.run("delete", "namespace", NAMESPACE, "--wait=false");
        slipway.close();
    }

    @Test
    void anAnnotatedPodIsAdmittedWithOurContainersWherePodSecurityRestrictedIsEnforced() {
        Pod created = client.resource(optedIn("restricted")).create();

        assertThat(initContainers(created)).containsExactly("slipway-migrate");
        assertThat(created.getMetadata().getLabels()).containsKey("slipway.dev/injected");
    }

    @Test
    void aPodWithoutTheAnnotationNeverReachesTheWebhook() {
        long before = WebhookMetrics.sum(slipway, ADMISSIONS);

        for (int number = 0; number < 10; number++) {
            client.resource(Pods.plain(NAMESPACE, "plain-" + number)).create();
        }
        client.resource(Pods.annotated(
                        Pods.plain(NAMESPACE, "opted-out"), Map.of(Pods.MIGRATE, "false", DATABASE_SECRET, "db")))
                .create();
        client.resource(Pods.annotated(
                        Pods.plain(NAMESPACE, "of-others"),
                        Map.of("slipway.dev.example.com/schema", "x", "other.example/migrate", "true")))
                .create();
        client.resource(Pods.annotated(Pods.plain(NAMESPACE, "marked"), Map.of("slipway.dev/injected", "0.1.0")))
                .create();

        assertThat(WebhookMetrics.sum(slipway, ADMISSIONS)).isEqualTo(before);
        client.resource(optedIn("counted")).create();
        assertThat(WebhookMetrics.sum(slipway, ADMISSIONS)).isGreaterThan(before);
    }

    @Test
    void migrationsFromAnImageAreMountedWhereTheClusterCanAndCopiedWhereItCannot() {
        Pod created = client.resource(Pods.annotated(
                        optedIn("image-volume"), Map.of("slipway.dev/migrations-from", "image:" + Images.MIGRATIONS)))
                .create();

        List<String> mounted = created.getSpec().getVolumes().stream()
                .map(Volume::getImage)
                .filter(image -> image != null)
                .map(ImageVolumeSource::getReference)
                .toList();
        if (slipway.hasImageVolumes()) {
            assertThat(mounted).containsExactly(Images.MIGRATIONS);
            assertThat(initContainers(created)).containsExactly("slipway-migrate");
        } else {
            assertThat(mounted).isEmpty();
            assertThat(initContainers(created)).containsExactly("slipway-copy", "slipway-migrate");
            assertThat(created.getSpec().getInitContainers().get(0).getImage()).isEqualTo(Images.MIGRATIONS);
        }
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

    @ParameterizedTest
    @ValueSource(
            strings = {
                "slipway.dev/migrat",
                "slipway.dev/Migrate",
                "Slipway.dev/migrate",
                "slipway.io/migrate",
                "slipway.dev.migrate",
                "slipway.dev/schema"
            })
    void aMistakeInOptingInIsRefusedForPodsAndForWorkloads(String key) {
        Map<String, String> mistaken = Map.of(key, "true");
        Kubectl.Result workload = kubectl.tryRunWith(
                Workloads.of("Deployment", "misspelt", NAMESPACE, mistaken), "apply", "--dry-run=server", "-f", "-");

        assertThat(workload.exitCode()).isNotZero();
        assertThat(workload.errors()).contains("workloads.slipway.dev", key);
        assertThatThrownBy(() -> tryCreate(Pods.annotated(Pods.plain(NAMESPACE, "misspelt"), mistaken)))
                .hasMessageContaining("pods.slipway.dev")
                .hasMessageContaining(key);
    }

    @Test
    void aLabelInsteadOfAnAnnotationIsRefused() {
        Pod labelled = Pods.plain(NAMESPACE, "labelled")
                .edit()
                .editMetadata()
                .addToLabels(Pods.MIGRATE, "true")
                .endMetadata()
                .build();

        assertThatThrownBy(() -> tryCreate(labelled)).hasMessageContaining("slipway.dev/migrate is a label");
        assertThat(WebhookMetrics.sum(slipway, ADMISSIONS, "reason=\"opt-in-mistake\"", "outcome=\"denied\""))
                .isPositive();
    }

    @ParameterizedTest
    @ValueSource(strings = {"Deployment", "StatefulSet", "DaemonSet", "Job", "CronJob"})
    void annotatingAWorkloadThatRunsIsRefused(String kind) {
        String name = "running-" + kind.toLowerCase(Locale.ROOT);
        kubectl.runWith(Workloads.of(kind, name, NAMESPACE, Map.of()), "create", "-f", "-");
        String object = kind + "/" + name;

        for (String verb : List.of("annotate", "label")) {
            Kubectl.Result marked = kubectl.tryRun(verb, object, Pods.MIGRATE + "=true", "--namespace=" + NAMESPACE);
            assertThat(marked.errors())
                    .contains("workloads.slipway.dev", "metadata." + (verb.equals("label") ? "labels" : "annotations"))
                    .contains("template.metadata.annotations");
        }
        kubectl.run("annotate", object, "example.com/note=x", "--namespace=" + NAMESPACE);
        kubectl.run("delete", object, "--namespace=" + NAMESPACE, "--wait=false");
    }

    /** As if it had been annotated before the installation. */
    @Test
    void whatWasThereBeforeIsWarnedOfAndHoldsUpNoOtherChange() {
        String annotated = Workloads.of("Deployment", "older", NAMESPACE, Map.of());
        kubectl.run("delete", "validatingwebhookconfiguration", "slipway-webhook");
        try {
            await().atMost(DEADLINE).ignoreExceptions().untilAsserted(() -> {
                kubectl.runWith(annotated, "apply", "-f", "-");
                kubectl.run(
                        "annotate",
                        "--overwrite",
                        "deployment/older",
                        Pods.MIGRATE + "=true",
                        "--namespace=" + NAMESPACE);
            });
        } finally {
            slipway.apply();
        }

        await().atMost(DEADLINE).untilAsserted(() -> {
            Kubectl.Result changed = kubectl.tryRun(
                    "annotate",
                    "--overwrite",
                    "deployment/older",
                    "note=" + System.nanoTime(),
                    "--namespace=" + NAMESPACE);
            assertThat(changed.exitCode()).as(changed.text()).isZero();
            assertThat(changed.errors()).contains("Warning: metadata.annotations has slipway.dev/migrate");
        });
        assertThat(kubectl.tryRun("scale", "deployment/older", "--replicas=2", "--namespace=" + NAMESPACE)
                        .exitCode())
                .isZero();
        kubectl.run("delete", "deployment", "older", "--namespace=" + NAMESPACE, "--wait=false");
    }

    @Test
    void aCopyWhoseAnnotationsWereChangedIsRefused() {
        Pod exported = client.resource(optedIn("original")).create();
        Pod copy = exported.edit()
                .editMetadata()
                .withName("copy")
                .withResourceVersion(null)
                .withUid(null)
                .addToAnnotations("slipway.dev/schema", "tenant2")
                .addToAnnotations(DATABASE_SECRET, "other")
                .endMetadata()
                .build();

        assertThatThrownBy(() -> tryCreate(copy))
                .hasMessageContaining("slipway.dev/schema is 'tenant2', but slipway-migrate has SLIPWAY_SCHEMA not set")
                .hasMessageContaining("slipway-migrate mounts the Secret 'shop-database'");
    }

    @Test
    void whatWeAddFitsIntoResourcesOnTheLevelOfThePod() {
        Kubectl.Result created = kubectl.tryRunWith("""
                apiVersion: v1
                kind: Pod
                metadata:
                  generateName: sums-
                  namespace: default
                  annotations: {slipway.dev/migrate: "true", slipway.dev/database-secret: db}
                spec:
                  resources: {requests: {cpu: 150m, memory: 256Mi}, limits: {cpu: "1", memory: 512Mi}}
                  initContainers:
                    - {name: mesh, image: m, restartPolicy: Always, resources: {requests: {cpu: 80m, memory: 100Mi}}}
                  containers: [{name: app, image: x}]
                """, "create", "--dry-run=server", "--validate=false", "-f", "-");

        assertThat(created.exitCode()).as(created.text()).isZero();
    }

    @Test
    @OwnControlPlane("the other webhook listens on this machine, where no other API server finds it")
    void whatAnotherWebhookChangesInTheContainerTakenOverIsChangedInOurs() throws IOException {
        beside(OtherWebhook.Change.SET_ENV, "zz-after-us", ignored -> {
            Pod pod = Pods.annotated(
                            Pods.plain(NAMESPACE, "taken-over"),
                            Map.of(
                                    Pods.MIGRATE,
                                    "true",
                                    "slipway.dev/database-from",
                                    "container:app",
                                    "slipway.dev/preflight",
                                    "container"))
                    .edit()
                    .editSpec()
                    .editFirstContainer()
                    .addNewEnv()
                    .withName("DATABASE_URL")
                    .withValue("postgres://a/db")
                    .endEnv()
                    .endContainer()
                    .endSpec()
                    .build();
            await().atMost(DEADLINE)
                    .untilAsserted(() -> assertThat(databaseUrls(tryCreate(pod)))
                            .containsExactly("postgres://b/db", "postgres://b/db", "postgres://b/db"));
        });
    }

    /** Otherwise the migrator would migrate the database of the Secret that was there before. */
    @Test
    @OwnControlPlane("the other webhook listens on this machine, where no other API server finds it")
    void envFromThatAnotherWebhookReplacesIsReplacedInOurs() throws IOException {
        beside(OtherWebhook.Change.REPLACE_ENV_FROM, "zz-after-us", ignored -> {
            Pod pod = Pods.annotated(
                            Pods.plain(NAMESPACE, "taken-over"),
                            Map.of(
                                    Pods.MIGRATE,
                                    "true",
                                    "slipway.dev/database-from",
                                    "container:app",
                                    "slipway.dev/preflight",
                                    "container"))
                    .edit()
                    .editSpec()
                    .editFirstContainer()
                    .addNewEnvFrom()
                    .withNewSecretRef("shop-database", false)
                    .endEnvFrom()
                    .addNewEnvFrom()
                    .withNewConfigMapRef("shop-settings", true)
                    .endEnvFrom()
                    .endContainer()
                    .endSpec()
                    .build();
            await().atMost(DEADLINE)
                    .untilAsserted(() -> assertThat(containers(tryCreate(pod))
                                    .flatMap(container -> container.getEnvFrom().stream())
                                    .map(from -> from.getSecretRef().getName()))
                            .containsExactly(OtherWebhook.FETCHED, OtherWebhook.FETCHED, OtherWebhook.FETCHED));
        });
    }

    /** Of our containers and then of the application's. */
    private static List<String> databaseUrls(Pod pod) {
        return containers(pod)
                .flatMap(container -> container.getEnv().stream())
                .filter(variable -> variable.getName().equals("DATABASE_URL"))
                .map(EnvVar::getValue)
                .toList();
    }

    private static Stream<Container> containers(Pod pod) {
        return Stream.concat(pod.getSpec().getInitContainers().stream(), pod.getSpec().getContainers().stream());
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
    @OwnControlPlane("the other webhook listens on this machine, where no other API server finds it")
    void aNativeSidecarOfAnotherWebhookStartsBeforeOurContainers(String configuration) throws IOException {
        beside(OtherWebhook.Change.ADD_SIDECAR, configuration, pod -> {
            await().atMost(DEADLINE).until(() -> initContainers(tryCreate(pod)).contains(OtherWebhook.SIDECAR));

            assertThat(initContainers(tryCreate(pod))).containsExactly(OtherWebhook.SIDECAR, "slipway-migrate");
        });
    }

    /** Neither the webhook's second call nor the policy may take such a container for a stranger's. */
    @Test
    @OwnControlPlane("the other webhook listens on this machine, where no other API server finds it")
    void containersThatAnotherWebhookWrappedAndMirroredAreStillOurs() throws IOException {
        beside(OtherWebhook.Change.WRAP, "zz-after-us", pod -> {
            String mirrored = OtherWebhook.MIRROR + Pods.MIGRATOR_IMAGE;
            await().atMost(DEADLINE).until(() -> images(tryCreate(pod)).contains(mirrored));

            Pod wrapped = tryCreate(pod);

            assertThat(images(wrapped)).containsOnly(mirrored);
            assertThat(wrapped.getSpec().getInitContainers())
                    .allSatisfy(container -> assertThat(container.getCommand()).containsExactly("/vault/vault-env"));
        });
    }

    private static void beside(OtherWebhook.Change change, String configuration, Consumer<Pod> test)
            throws IOException {
        Path certificates = Files.createTempDirectory(temporary, "other-");
        ServingFiles.create(certificates);
        try (OtherWebhook other = OtherWebhook.start(certificates, change)) {
            kubectl.runWith(other.configuration(configuration, NAMESPACE), "apply", "-f", "-");
            test.accept(optedIn("beside-another-webhook"));
        } finally {
            kubectl.run("delete", "mutatingwebhookconfiguration", configuration);
        }
    }

    static Stream<Pod> podsThatLookInjected() {
        Pod injected = OwnContainers.in(optedIn("look-alike"));
        return Stream.of(
                OwnContainers.change(injected, "slipway-migrate", OwnContainers::asSidecar),
                OwnContainers.change(injected, "slipway-migrate", OwnContainers::withoutPodName),
                OwnContainers.change(injected, "slipway-migrate", OwnContainers::withOtherArguments),
                OwnContainers.without(injected, "slipway-preflight"));
    }

    @ParameterizedTest(name = "{index}")
    @MethodSource("podsThatLookInjected")
    void whatThePolicyRefusesTheWebhookHasRefusedBefore(Pod pod) {
        assertThatThrownBy(() -> tryCreate(pod)).hasMessageContaining("pods.slipway.dev");
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

    @ParameterizedTest
    @MethodSource("dev.slipway.e2e.PreviousVersions#pods")
    void aPodThatAPreviousVersionInjectedIsAcceptedAsItIs(Path file) throws IOException {
        Pod older = PreviousVersions.read(file, "default");

        Pod accepted = tryCreate(older);

        assertThat(accepted.getSpec().getInitContainers())
                .isEqualTo(older.getSpec().getInitContainers());
        assertThat(accepted.getMetadata().getAnnotations())
                .isEqualTo(older.getMetadata().getAnnotations());
    }

    @ParameterizedTest
    @MethodSource("dev.slipway.e2e.PreviousVersions#workloads")
    void aWorkloadThatAPreviousVersionAcceptedIsAcceptedStill(Path file) {
        kubectl.run("apply", "--dry-run=server", "--namespace=default", "-f", file.toString());
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
            kubectl.runWith(LIMITS.formatted("ranged"), "apply", "-f", "-");
            Pod created = tryCreate(optedInIn("ranged", "limited"));

            assertThat(created.getSpec().getInitContainers())
                    .allSatisfy(container ->
                            assertThat(container.getResources().getLimits()).containsKeys("cpu", "memory"));
        });
    }

    /** The webhook cannot see a LimitRange; it goes by the numbers of the pod's containers. */
    @Test
    void ourContainersKeepTheRatioThatALimitRangeAllows() {
        namespace("ratios", () -> {
            kubectl.runWith("""
                    apiVersion: v1
                    kind: LimitRange
                    metadata: {name: ratios, namespace: ratios}
                    spec:
                      limits:
                        - type: Container
                          default: {cpu: 200m, memory: 128Mi}
                          defaultRequest: {cpu: 100m, memory: 128Mi}
                          maxLimitRequestRatio: {cpu: "3", memory: "1"}
                    """, "apply", "-f", "-");
            Pod numberless = optedInIn("ratios", "numberless");
            Pod large = Pods.withResources(numberless, "400m", "512Mi", "1200m", "512Mi");
            Pod small = Pods.withResources(numberless, "100m", "128Mi", "200m", "128Mi");
            Map<String, String> numbers = Map.of(
                    "slipway.dev/requests-cpu", "100m",
                    "slipway.dev/limits-cpu", "200m",
                    "slipway.dev/requests-memory", "256Mi",
                    "slipway.dev/limits-memory", "256Mi");

            assertThat(initContainers(tryCreate(numberless))).contains("slipway-migrate");
            assertThat(initContainers(tryCreate(large))).contains("slipway-migrate");
            assertThat(initContainers(tryCreate(Pods.annotated(small, numbers))))
                    .contains("slipway-migrate");
            assertThatThrownBy(() -> tryCreate(small)).hasMessageContaining("max limit to request ratio per Container");
        });
    }

    /** As it is asked before a rollout: by a pod without numbers of its own. */
    @Test
    void checkNamesTheAnnotationIfALimitRangeIsBelowOurNumbers() {
        namespace("narrow", () -> {
            kubectl.runWith("""
                    apiVersion: v1
                    kind: LimitRange
                    metadata: {name: narrow, namespace: narrow}
                    spec:
                      limits: [{type: Container, max: {memory: 128Mi}}]
                    """, "apply", "-f", "-");

            await().atMost(DEADLINE)
                    .untilAsserted(() -> assertThat(check("narrow"))
                            .contains("maximum memory usage per Container is 128Mi")
                            .contains("annotate pod templates with slipway.dev/limits-memory: 128Mi;"));

            Pod advised = Pods.annotated(optedInIn("narrow", "advised"), Map.of("slipway.dev/limits-memory", "128Mi"));
            assertThat(initContainers(tryCreate(advised))).contains("slipway-migrate");
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

    @Test
    void quotaRangesAndRestrictedPodSecurityTogetherAcceptTheInjectedPod() {
        namespace("strict", () -> {
            kubectl.run("label", "namespace", "strict", "pod-security.kubernetes.io/enforce=restricted");
            kubectl.run("create", "quota", "all", "--hard=limits.cpu=4,limits.memory=4Gi,pods=4", "--namespace=strict");
            kubectl.runWith(LIMITS.formatted("strict"), "apply", "-f", "-");
            Pod pod = optedInIn("strict", "strict");

            await().atMost(DEADLINE)
                    .ignoreExceptions()
                    .untilAsserted(
                            () -> assertThat(initContainers(tryCreate(pod))).contains("slipway-migrate"));
        });
    }

    private static void namespace(String name, Runnable test) {
        slipway.cluster().createNamespace(name);
        try {
            test.run();
        } finally {
            kubectl.run("delete", "namespace", name, "--wait=false");
        }
    }

    private static String check(String namespace) {
        Program check = Program.webhook("check", "--namespace", namespace)
                .withEnv("KUBECONFIG", slipway.cluster().kubeconfig().toString());
        try (RunningProcess running = check.start()) {
            return running.awaitExit(DEADLINE).text();
        }
    }

    private static Pod optedIn(String name) {
        return optedInIn(NAMESPACE, name);
    }

    private static Pod optedInIn(String namespace, String name) {
        return Pods.annotated(
                Pods.plain(namespace, name), Map.of(Pods.MIGRATE, "true", DATABASE_SECRET, "shop-database"));
    }

    private static List<String> images(Pod pod) {
        return pod.getSpec().getInitContainers().stream()
                .map(Container::getImage)
                .toList();
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
