package dev.slipway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.e2e.cluster.Installation;
import dev.slipway.e2e.cluster.PlayedNode;
import dev.slipway.e2e.cluster.PodDatabases;
import dev.slipway.e2e.cluster.PodDatabases.PodDatabase;
import dev.slipway.e2e.cluster.Terminations;
import dev.slipway.testkit.kubernetes.Kubectl;
import dev.slipway.testkit.kubernetes.KubernetesCluster;
import dev.slipway.testkit.kubernetes.KubernetesTest;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/** The Job of {@code k8s/jobs}, run by the real Job controller, without any webhook in the cluster. */
@KubernetesTest
@EnabledIf(value = "dev.slipway.e2e.cluster.PodDatabases#arePossible", disabledReason = PodDatabases.MISSING)
class JobsIT {
    private static final String NAMESPACE = "shop";
    private static final String GOOD = "1.0.0";
    private static final String BROKEN = "broken";
    private static final String EMPTY = "empty";
    private static final String ENDLESS = "endless";

    private static PodDatabases databases;
    private static KubernetesClient client;
    private static Optional<PlayedNode> node;
    private static ShopMigrations migrations;
    private static Kubectl kubectl;

    private PodDatabase database;

    @BeforeAll
    static void start(KubernetesCluster cluster, @TempDir Path temporary) throws IOException {
        databases = PodDatabases.of(cluster);
        kubectl = cluster.kubectl();
        client = Installation.clientOf(cluster);
        migrations = new ShopMigrations(cluster)
                .with(BROKEN, migration(temporary.resolve("broken"), "create table t (id int);\nselect wrong from t;"))
                .with(
                        ENDLESS,
                        migration(temporary.resolve("endless"), "create table t (id int);\nselect pg_sleep(3600);"))
                .with(EMPTY, Files.createDirectories(temporary.resolve("empty")));
        node = Installation.playNode(cluster, client, migrations.images());
        cluster.createNamespace(NAMESPACE, "pod-security.kubernetes.io/enforce=restricted");
        migrations.publish(kubectl, NAMESPACE);
    }

    @AfterAll
    static void stop() {
        kubectl.run("delete", "namespace", NAMESPACE);
        node.ifPresent(PlayedNode::close);
        client.close();
        databases.close();
    }

    @BeforeEach
    void database() {
        database = databases.create();
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
        apply(GOOD, job -> job);

        awaitCondition("Complete");

        assertThat(database.query("select count(*) from flyway_schema_history where not success"))
                .isEqualTo("0");
        assertThat(database.query("select count(*) from flyway_schema_history where version is not null"))
                .isEqualTo("11");
    }

    @Test
    void aBrokenMigrationIsTriedAgainUpToTheLimit() {
        apply(BROKEN, job -> job.replace("backoffLimit: 3", "backoffLimit: 1"));

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
        apply(EMPTY, job -> job);

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
        apply(ENDLESS, job -> job.replace("activeDeadlineSeconds: 1800", "activeDeadlineSeconds: 30"));

        awaitCondition("Failed");
        kubectl.run("wait", "pods", "--all", "--for=delete", "--namespace=" + NAMESPACE, "--timeout=120s");

        assertThat(reasonOfFailure()).isEqualTo("DeadlineExceeded");
        assertThat(database.rows("select pid from pg_stat_activity where query like '%pg_sleep(3600)%'"
                        + " and pid <> pg_backend_pid()"))
                .isEmpty();
        assertThat(database.rows("select 1 from information_schema.tables where table_name = 't'"))
                .isEmpty();
    }

    private static Path migration(Path folder, String sql) throws IOException {
        Files.writeString(Files.createDirectories(folder).resolve("V1__migration.sql"), sql);
        return folder;
    }

    private static void apply(String version, UnaryOperator<String> change) {
        String job = kubectl.run("kustomize", Manifests.JOBS.toString());
        kubectl.runWith(change.apply(migrations.in(job, version)), "apply", "-f", "-");
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
