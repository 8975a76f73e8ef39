package dev.slipway.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.slipway.e2e.cluster.Installation;
import dev.slipway.e2e.cluster.Terminations;
import dev.slipway.testkit.kubelet.LocalImage;
import dev.slipway.testkit.kubernetes.KubeApiServer;
import dev.slipway.testkit.kubernetes.Kubectl;
import dev.slipway.testkit.kubernetes.KubernetesTest;
import dev.slipway.testkit.postgres.Major;
import dev.slipway.testkit.postgres.PostgresServer;
import dev.slipway.testkit.postgres.TestDatabase;
import dev.slipway.testkit.process.ProcessResult;
import dev.slipway.testkit.process.Program;
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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/**
 * The life of the example Deployment on a real database: its first rollout, a scale-out, a version with a broken
 * migration, and the version that repairs it. The tests are the chapters of one story, so they run in order.
 */
@KubernetesTest
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class RolloutIT {
    private static final String NAMESPACE = "shop";
    private static final Map<String, String> LABELS = Map.of("app.kubernetes.io/name", "shop-api");
    private static final String BROKEN = "registry.example.com/shop/migrations:1.1.0";
    private static final String REPAIRED = "registry.example.com/shop/migrations:1.1.1";
    private static final String BROKEN_AGAIN = "registry.example.com/shop/migrations:1.2.0";
    private static final String TEMPLATE = "jsonpath={.spec.template}";
    private static final Duration DEADLINE = Duration.ofMinutes(5);

    private static PostgresServer postgres;
    private static TestDatabase database;
    private static Installation slipway;
    private static Kubectl kubectl;

    @BeforeAll
    static void install(KubeApiServer server, @TempDir Path temporary) throws IOException {
        postgres = PostgresServer.start(Major.selected().get(0));
        database = postgres.createDatabase();
        slipway = Slipway.install(
                server,
                temporary,
                Map.of(
                        BROKEN, migrations(temporary, "1.1.0", """
                                alter table orders add column gift_note text;
                                update orders set gift_note = 'none' where gift_wrapped;
                                """),
                        REPAIRED, migrations(temporary, "1.1.1", """
                                alter table orders add column gift_note text;
                                """),
                        BROKEN_AGAIN, brokenAgain(temporary)));
        kubectl = slipway.kubectl();
        kubectl.run("apply", "-f", Manifests.EXAMPLES.resolve("namespace.yaml").toString());
        kubectl.run(
                "create",
                "secret",
                "generic",
                "shop-database",
                "--namespace=" + NAMESPACE,
                "--from-literal=DATABASE_URL=" + database.url());
    }

    @AfterAll
    static void uninstall() {
        kubectl.run("delete", "namespace", NAMESPACE);
        slipway.close();
        postgres.close();
    }

    @Test
    @Order(1)
    void ofFiveReplicasOneMigratesAndAllBecomeReady() throws IOException {
        String example = Files.readString(Manifests.EXAMPLES.resolve("shop-api.yaml"));

        kubectl.runWith(example.replace("replicas: 3", "replicas: 5"), "apply", "-f", "-");
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
        String kubectlFolder = kubectl.program().getParent().toString();

        ProcessResult failed = Program.of(
                        Program.inSourceTree("k8s/ci/deploy").toString(),
                        "--namespace",
                        NAMESPACE,
                        "--deployment",
                        "shop-api",
                        "--timeout",
                        DEADLINE.toSeconds() + "s",
                        "--",
                        "kubectl",
                        "patch",
                        "deployment/shop-api",
                        "--namespace=" + NAMESPACE,
                        "-p",
                        migrationsFrom(BROKEN_AGAIN))
                .withEnv("KUBECONFIG", kubectl.kubeconfig().toString())
                .withEnv("PATH", kubectlFolder + ":" + System.getenv("PATH"))
                .start()
                .awaitExit(DEADLINE.multipliedBy(2));

        assertThat(failed.exitCode()).as(failed.text()).isEqualTo(1);
        assertThat(failed.text())
                .contains("slipway-migrate: exit 5:")
                .contains("V13__gift_wrapping.sql")
                .contains("Going back to revision")
                .doesNotContain(database.password());
        assertThat(kubectl.run("get", "deployment/shop-api", "--namespace=" + NAMESPACE, "-o", TEMPLATE))
                .isEqualTo(template);
        assertThat(names()).containsAll(ready()).as("most old pods never ended").containsAnyElementsOf(before);
    }

    private static LocalImage migrations(Path temporary, String version, String giftNote) throws IOException {
        Path folder = Files.createDirectories(temporary.resolve("migrations-" + version));
        try (var files = Files.list(Manifests.MIGRATIONS)) {
            for (Path file : files.toList()) {
                Files.copy(file, folder.resolve(file.getFileName()));
            }
        }
        Files.writeString(folder.resolve("V12__gift_note.sql"), giftNote);
        return LocalImage.of().withFiles("/migrations", folder);
    }

    /** The repaired version, and one more migration that fails. */
    private static LocalImage brokenAgain(Path temporary) throws IOException {
        LocalImage image = migrations(temporary, "1.2.0", "alter table orders add column gift_note text;\n");
        Files.writeString(
                temporary.resolve("migrations-1.2.0").resolve("V13__gift_wrapping.sql"),
                "alter table orders add column gift_note text;\n");
        return image;
    }

    private static long versionedFiles() throws IOException {
        try (var files = Files.list(Manifests.MIGRATIONS)) {
            return files.filter(file -> file.getFileName().toString().startsWith("V"))
                    .count();
        }
    }

    private static void migrateFrom(String image) {
        kubectl.run("patch", "deployment/shop-api", "--namespace=" + NAMESPACE, "-p", migrationsFrom(image));
    }

    private static String migrationsFrom(String image) {
        return """
                {"spec":{"template":{"metadata":{"annotations":{"slipway.dev/migrations-from":"image:%s"}}}}}""".formatted(image);
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
        return message.path("outcome").asText();
    }
}
