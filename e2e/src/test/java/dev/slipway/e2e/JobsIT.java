package dev.slipway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.e2e.cluster.Images;
import dev.slipway.e2e.cluster.Installation;
import dev.slipway.e2e.cluster.PlayedNode;
import dev.slipway.e2e.cluster.Terminations;
import dev.slipway.testkit.kubelet.LocalImage;
import dev.slipway.testkit.kubernetes.KubeApiServer;
import dev.slipway.testkit.kubernetes.Kubectl;
import dev.slipway.testkit.kubernetes.KubernetesTest;
import dev.slipway.testkit.postgres.Major;
import dev.slipway.testkit.postgres.PostgresServer;
import dev.slipway.testkit.postgres.TestDatabase;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The Job of {@code k8s/jobs}, run by the real Job controller, without any webhook in the cluster. */
@KubernetesTest
class JobsIT {
    private static final String NAMESPACE = "shop";
    private static final String BROKEN = "registry.example.com/shop/migrations:broken";
    private static final String EMPTY = "registry.example.com/shop/migrations:empty";
    private static final String ENDLESS = "registry.example.com/shop/migrations:endless";

    private static PostgresServer postgres;
    private static KubernetesClient client;
    private static PlayedNode node;
    private static Kubectl kubectl;

    private TestDatabase database;

    @BeforeAll
    static void start(KubeApiServer server, @TempDir Path temporary) throws IOException {
        postgres = PostgresServer.start(Major.selected().get(0));
        kubectl = server.kubectl();
        client = Installation.clientOf(server);
        var images = new TreeMap<>(Images.all());
        images.put(BROKEN, migration(temporary.resolve("broken"), "create table t (id int);\nselect wrong from t;"));
        images.put(
                ENDLESS, migration(temporary.resolve("endless"), "create table t (id int);\nselect pg_sleep(3600);"));
        images.put(
                EMPTY, LocalImage.of().withFiles("/migrations", Files.createDirectories(temporary.resolve("empty"))));
        node = PlayedNode.start(server, client, images);
        server.createNamespace(NAMESPACE, "pod-security.kubernetes.io/enforce=restricted");
    }

    @AfterAll
    static void stop() {
        kubectl.run("delete", "namespace", NAMESPACE);
        node.close();
        client.close();
        postgres.close();
    }

    @BeforeEach
    void database() {
        database = postgres.createDatabase();
        kubectl.run(
                "create",
                "secret",
                "generic",
                "shop-database",
                "--namespace=" + NAMESPACE,
                "--from-literal=DATABASE_URL=" + database.url());
    }

    @AfterEach
    void deleteJob() {
        kubectl.run("delete", "-k", Manifests.JOBS.toString(), "--cascade=foreground", "--ignore-not-found");
        kubectl.run("delete", "secret", "shop-database", "--namespace=" + NAMESPACE);
    }

    @Test
    void theJobMigratesAndCompletes() {
        kubectl.run("apply", "-k", Manifests.JOBS.toString());

        awaitCondition("Complete");

        assertThat(database.query("select count(*) from flyway_schema_history where not success"))
                .isEqualTo("0");
        assertThat(database.query("select count(*) from flyway_schema_history where version is not null"))
                .isEqualTo("11");
    }

    @Test
    void aBrokenMigrationIsTriedAgainUpToTheLimit() {
        apply(job -> job.replace(Images.MIGRATIONS, BROKEN).replace("backoffLimit: 3", "backoffLimit: 1"));

        awaitCondition("Failed");

        assertThat(reasonOfFailure()).isEqualTo("BackoffLimitExceeded");
        assertThat(pods())
                .hasSize(2)
                .allSatisfy(pod -> assertThat(
                                Terminations.of(pod, "migrate").orElseThrow().getExitCode())
                        .isEqualTo(5));
        assertThat(database.rows("select 1 from information_schema.tables where table_name = 't'"))
                .as("each attempt is rolled back")
                .isEmpty();
    }

    @Test
    void whatAnotherAttemptCannotChangeFailsTheJobAtOnce() {
        apply(job -> job.replace(Images.MIGRATIONS, EMPTY));

        awaitCondition("Failed");

        assertThat(reasonOfFailure()).isEqualTo("PodFailurePolicy");
        assertThat(pods())
                .singleElement()
                .satisfies(pod -> assertThat(
                                Terminations.of(pod, "migrate").orElseThrow().getExitCode())
                        .isEqualTo(2));
    }

    @Test
    void theDeadlineEndsARunningMigrationAndRollsItBack() {
        apply(job -> job.replace(Images.MIGRATIONS, ENDLESS)
                .replace("activeDeadlineSeconds: 1800", "activeDeadlineSeconds: 30"));

        awaitCondition("Failed");
        kubectl.run("wait", "pods", "--all", "--for=delete", "--namespace=" + NAMESPACE, "--timeout=120s");

        assertThat(reasonOfFailure()).isEqualTo("DeadlineExceeded");
        assertThat(database.rows("select pid from pg_stat_activity where query like '%pg_sleep(3600)%'"
                        + " and pid <> pg_backend_pid()"))
                .isEmpty();
        assertThat(database.rows("select 1 from information_schema.tables where table_name = 't'"))
                .isEmpty();
    }

    private static LocalImage migration(Path folder, String sql) throws IOException {
        Files.writeString(Files.createDirectories(folder).resolve("V1__migration.sql"), sql);
        return LocalImage.of().withFiles("/migrations", folder);
    }

    private static void apply(UnaryOperator<String> change) {
        kubectl.runWith(change.apply(kubectl.run("kustomize", Manifests.JOBS.toString())), "apply", "-f", "-");
    }

    private static void awaitCondition(String type) {
        kubectl.run("wait", "jobs", "--all", "--for=condition=" + type, "--namespace=" + NAMESPACE, "--timeout=300s");
    }

    private static String reasonOfFailure() {
        return kubectl.run(
                "get",
                "jobs",
                "--namespace=" + NAMESPACE,
                "-o",
                "jsonpath={.items[0].status.conditions[?(@.type=='Failed')].reason}");
    }

    private static List<Pod> pods() {
        return client.pods().inNamespace(NAMESPACE).list().getItems();
    }
}
