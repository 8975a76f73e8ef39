package dev.slipway.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.slipway.e2e.cluster.Installation;
import dev.slipway.e2e.cluster.PodDatabases;
import dev.slipway.e2e.cluster.PodDatabases.PodDatabase;
import dev.slipway.e2e.cluster.Terminations;
import dev.slipway.testkit.kubernetes.Kubectl;
import dev.slipway.testkit.kubernetes.KubernetesCluster;
import dev.slipway.testkit.kubernetes.KubernetesTest;
import dev.slipway.testkit.process.ProcessResult;
import dev.slipway.testkit.process.Program;
import dev.slipway.testkit.process.RunningProcess;
import io.fabric8.kubernetes.api.model.Pod;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/**
 * The life of the example Deployment on a real database: its first rollout, a scale-out, a version with a broken
 * migration, and the version that repairs it. The tests are the chapters of one story, so they run in order.
 */
@KubernetesTest
@EnabledIf(value = "dev.slipway.e2e.cluster.PodDatabases#arePossible", disabledReason = PodDatabases.MISSING)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class RolloutIT {
    private static final String NAMESPACE = "shop";
    private static final Map<String, String> LABELS = Map.of("app.kubernetes.io/name", "shop-api");
    private static final String BROKEN = "1.1.0";
    private static final String REPAIRED = "1.1.1";
    private static final String BROKEN_AGAIN = "1.2.0";
    private static final String TEMPLATE = "jsonpath={.spec.template}";
    private static final Duration DEADLINE = Duration.ofMinutes(5);

    private static PodDatabases databases;
    private static PodDatabase database;
    private static ShopMigrations migrations;
    private static Installation slipway;
    private static Kubectl kubectl;

    @BeforeAll
    static void install(KubernetesCluster cluster, @TempDir Path temporary) throws IOException {
        databases = PodDatabases.of(cluster);
        database = databases.create();
        migrations = new ShopMigrations(cluster)
                .with(BROKEN, migrations(temporary, BROKEN, """
                        alter table orders add column gift_note text;
                        update orders set gift_note = 'none' where gift_wrapped;
                        """))
                .with(REPAIRED, migrations(temporary, REPAIRED, """
                        alter table orders add column gift_note text;
                        """))
                .with(BROKEN_AGAIN, brokenAgain(temporary));
        slipway = Slipway.install(cluster, migrations.images());
        kubectl = slipway.kubectl();
        kubectl.run("apply", "-f", Manifests.EXAMPLES.resolve("namespace.yaml").toString());
        kubectl.run(
                "create",
                "secret",
                "generic",
                "shop-database",
                "--namespace=" + NAMESPACE,
                "--from-literal=DATABASE_URL=" + database.url());
        migrations.publish(kubectl, NAMESPACE);
    }

    @AfterAll
    static void uninstall() {
        kubectl.run("delete", "namespace", NAMESPACE);
        slipway.close();
        databases.close();
    }

    @Test
    @Order(1)
    @Tag(OldestKubernetes.TAG)
    void ofFiveReplicasOneMigratesAndAllBecomeReady() throws IOException {
        String example = Files.readString(Manifests.EXAMPLES.resolve("shop-api.yaml"));

        kubectl.runWith(migrations.in(example, "1.0.0").replace("replicas: 3", "replicas: 5"), "apply", "-f", "-");
        awaitRollout();

        List<String> outcomes = pods().stream().map(RolloutIT::outcome).sorted().toList();
        assertThat(outcomes).hasSize(5).containsOnlyOnce("applied").isSubsetOf("applied", "waited", "up-to-date");
        assertThat(database.rows("select version, count(*) from flyway_schema_history"
                        + " where success and version is not null group by version having count(*) > 1"))
                .isEmpty();
        assertThat(database.query("select count(*) from flyway_schema_history where version is not null"))
                .isEqualTo(String.valueOf(versionedFiles()));
    }

    @Test
    @Order(2)
    void fiveMoreReplicasFindNothingToDo() {
        Set<String> before = names();

        kubectl.run("scale", "deployment/shop-api", "--replicas=10", "--namespace=" + NAMESPACE);
        awaitRollout();

        assertThat(pods()).hasSize(10);
        assertThat(pods().stream().filter(pod -> !before.contains(name(pod))).map(RolloutIT::outcome))
                .hasSize(5)
                .containsOnly("up-to-date");
    }

    @Test
    @Order(3)
    void aBrokenMigrationBlocksItsRolloutAndTouchesNoOldPod() {
        Set<String> before = names();
        int rows = database.rows("select * from flyway_schema_history").size();

        migrateFrom(BROKEN);
        Pod blocked = await().atMost(DEADLINE)
                .until(
                        () -> pods().stream()
                                .filter(pod -> !before.contains(name(pod)))
                                .filter(pod ->
                                        Terminations.of(pod, "slipway-migrate").isPresent())
                                .findFirst()
                                .orElse(null),
                        pod -> pod != null);

        assertThat(ready())
                .as("at most a quarter may be missing during a rollout")
                .hasSizeGreaterThanOrEqualTo(8);
        assertThat(ready()).isSubsetOf(before);
        assertThat(database.rows("select * from flyway_schema_history where success"))
                .hasSize(rows);
        assertThat(database.rows("select 1 from information_schema.columns where column_name = 'gift_note'"))
                .as("what the failed migration did is rolled back")
                .isEmpty();
        assertThat(Terminations.of(blocked, "slipway-migrate").orElseThrow().getExitCode())
                .isEqualTo(5);
    }

    @Test
    @Order(4)
    void describeShowsWhyTheRolloutIsBlocked() {
        Pod blocked = pods().stream()
                .filter(pod -> Terminations.of(pod, "slipway-migrate")
                        .filter(end -> end.getExitCode() == 5)
                        .isPresent())
                .findFirst()
                .orElseThrow();

        String described = kubectl.run("describe", "pod", name(blocked), "--namespace=" + NAMESPACE);

        assertThat(described)
                .contains("V12__gift_note.sql")
                .contains("gift_wrapped")
                .contains("Exit Code:    5")
                .doesNotContain(database.password());
    }

    @Test
    @Order(5)
    void theRepairedVersionRollsOut() {
        Set<String> before = names();

        migrateFrom(REPAIRED);
        awaitRollout();

        assertThat(names()).hasSize(10).doesNotContainAnyElementsOf(before);
        assertThat(pods().stream().map(RolloutIT::outcome)).containsOnlyOnce("applied");
        assertThat(database.query("select success from flyway_schema_history where version = '12'"))
                .isEqualTo("t");
    }

    @Test
    @Order(6)
    void theDeployScriptForPipelinesSaysWhyARolloutFailsAndGoesBack() {
        Set<String> before = names();
        String template = kubectl.run("get", "deployment/shop-api", "--namespace=" + NAMESPACE, "-o", TEMPLATE);

        ProcessResult failed = deploy("kubectl", "patch", "deployment/shop-api", "-p", migrationsFrom(BROKEN_AGAIN));

        assertThat(failed.exitCode()).as(failed.text()).isEqualTo(1);
        assertThat(failed.text())
                .startsWith("before deployment/shop-api in shop")
                .contains("slipway-migrate: exit 5:")
                .contains("V13__gift_wrapping.sql")
                .contains("Going back to revision")
                .doesNotContain(database.password());
        assertThat(kubectl.run("get", "deployment/shop-api", "--namespace=" + NAMESPACE, "-o", TEMPLATE))
                .isEqualTo(template);
        assertThat(names()).as("most of the old pods never ended").containsAnyElementsOf(before);
    }

    private static ProcessResult deploy(String... command) {
        try (RunningProcess deploy = Program.of(
                        Program.inSourceTree("k8s/ci/deploy").toString(),
                        "--deployment",
                        "shop-api",
                        "--namespace",
                        NAMESPACE,
                        "--timeout",
                        DEADLINE.toSeconds() + "s",
                        "--before",
                        "echo \"before $DEPLOY_WORKLOAD in $DEPLOY_NAMESPACE\"",
                        "--")
                .withArguments(command)
                .withArguments("--namespace=" + NAMESPACE)
                .withEnv("KUBECONFIG", kubectl.kubeconfig().toString())
                .withEnv("PATH", kubectl.program().resolveSibling("") + ":" + System.getenv("PATH"))
                .start()) {
            return deploy.awaitExit(DEADLINE.multipliedBy(2));
        }
    }

    private static Path migrations(Path temporary, String version, String giftNote) throws IOException {
        Path folder = Files.createDirectories(temporary.resolve("migrations-" + version));
        try (var files = Files.list(Manifests.MIGRATIONS)) {
            for (Path file : files.toList()) {
                Files.copy(file, folder.resolve(file.getFileName()));
            }
        }
        Files.writeString(folder.resolve("V12__gift_note.sql"), giftNote);
        return folder;
    }

    /** The repaired version, and one more migration, which fails as its column is there. */
    private static Path brokenAgain(Path temporary) throws IOException {
        String giftNote = "alter table orders add column gift_note text;\n";
        Path folder = migrations(temporary, BROKEN_AGAIN, giftNote);
        Files.writeString(folder.resolve("V13__gift_wrapping.sql"), giftNote);
        return folder;
    }

    private static long versionedFiles() throws IOException {
        try (var files = Files.list(Manifests.MIGRATIONS)) {
            return files.filter(file -> file.getFileName().toString().startsWith("V"))
                    .count();
        }
    }

    private static void migrateFrom(String version) {
        kubectl.run("patch", "deployment/shop-api", "--namespace=" + NAMESPACE, "-p", migrationsFrom(version));
    }

    private static String migrationsFrom(String version) {
        return """
                {"spec":{"template":{"metadata":{"annotations":{"slipway.dev/migrations-from":"%s"}}}}}""".formatted(migrations.source(version));
    }

    private static void awaitRollout() {
        kubectl.run(
                "rollout",
                "status",
                "deployment/shop-api",
                "--namespace=" + NAMESPACE,
                "--timeout=" + DEADLINE.toSeconds() + "s");
    }

    /** Those that are not on their way out. */
    private static List<Pod> pods() {
        return slipway.client().pods().inNamespace(NAMESPACE).withLabels(LABELS).list().getItems().stream()
                .filter(pod -> pod.getMetadata().getDeletionTimestamp() == null)
                .toList();
    }

    private static Set<String> names() {
        return pods().stream().map(RolloutIT::name).collect(Collectors.toSet());
    }

    private static Set<String> ready() {
        return pods().stream()
                .filter(io.fabric8.kubernetes.client.readiness.Readiness::isPodReady)
                .map(RolloutIT::name)
                .collect(Collectors.toSet());
    }

    private static String name(Pod pod) {
        return pod.getMetadata().getName();
    }

    private static String outcome(Pod pod) {
        JsonNode message = Terminations.message(pod, "slipway-migrate");
        return message.path("outcome").asString();
    }
}
