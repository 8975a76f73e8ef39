package dev.slipway.e2e;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.slipway.e2e.cluster.Images;
import dev.slipway.e2e.cluster.Installation;
import dev.slipway.e2e.cluster.PostgresImage;
import dev.slipway.e2e.cluster.Terminations;
import dev.slipway.testkit.kubernetes.Kubectl;
import dev.slipway.testkit.kubernetes.KubernetesCluster;
import dev.slipway.testkit.kubernetes.KubernetesTest;
import dev.slipway.testkit.kubernetes.OwnControlPlane;
import dev.slipway.testkit.postgres.Major;
import dev.slipway.testkit.postgres.PostgresTest;
import dev.slipway.testkit.postgres.TestDatabase;
import dev.slipway.testkit.process.Prerequisite;
import dev.slipway.testkit.process.ProcessResult;
import dev.slipway.testkit.process.Program;
import dev.slipway.testkit.process.RunningProcess;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** What users apply to try it out: {@code k8s/quick-start}, {@code k8s/examples} and {@code k8s/jobs}. */
@KubernetesTest
@OwnControlPlane("it plays the image postgres:18, and the DNS of its Service")
class ExamplesIT {
    private static final String NAMESPACE = "slipway-quick-start";
    private static final String SHOP = "shop";
    /** In the Secret of the examples, which is for a database of the user's own. */
    private static final String URL = "postgres://shop:change-me@postgres.shop.svc:5432/shop";

    private static final Duration DEADLINE = Duration.ofMinutes(4);

    private static Installation slipway;
    private static Kubectl kubectl;

    @BeforeAll
    static void install(KubernetesCluster cluster, @TempDir Path images) throws IOException {
        if (!Files.isExecutable(Path.of("/usr/bin/psql"))) {
            throw Prerequisite.missing("psql is missing; install it with: apt-get install postgresql-client");
        }
        if (!System.getProperty("user.name").equals("root")) {
            throw Prerequisite.missing("the pods' users take effect under root only, and PostgreSQL needs one");
        }
        slipway = Slipway.install(
                cluster,
                Map.of(
                        "postgres:18",
                        PostgresImage.of(Major.NEWEST, images),
                        Images.MIGRATOR,
                        PostgresImage.knows(
                                "postgres", requireNonNull(Images.all().get(Images.MIGRATOR)), images)));
        kubectl = slipway.kubectl();
    }

    @AfterAll
    static void uninstall() {
        if (slipway != null) {
            kubectl.tryRun("delete", "namespace", NAMESPACE, SHOP, "--ignore-not-found");
            slipway.close();
        }
    }

    /** Its server is a real one, in the pod that the manifest describes. */
    @Test
    void theQuickStartIsAppliedSeenBrokenRepairedAndCleanedUpByTheCommandsOfThePage() throws IOException {
        assertThat(run("kubectl apply -k k8s/quick-start\nkubectl -n slipway-quick-start rollout"))
                .contains("successfully rolled out");
        List<String> first = readyPods();
        assertThat(first).hasSize(2);
        // The probe that makes it Ready asks for itself, and may be faster than the application.
        await().atMost(DEADLINE)
                .untilAsserted(() -> assertThat(first)
                        .allSatisfy(pod -> assertThat(printedBy(pod)).contains("anchor", "(2 rows)")));
        assertThat(query("select string_agg(version, ' ' order by installed_rank) from flyway_schema_history"))
                .isEqualTo("1 2");

        run("kubectl apply -k k8s/quick-start/broken");
        Pod failed = await().atMost(DEADLINE)
                .until(ExamplesIT::failed, Optional::isPresent)
                .orElseThrow();

        JsonNode message = Terminations.message(failed, "slipway-migrate");
        assertThat(message.path("exitCode").asInt()).isEqualTo(5);
        assertThat(message.path("message").asString()).contains("V3__orders_total.sql", "unit_price");
        assertThat(readyPods()).isEqualTo(first);
        assertThat(query("select count(*) from information_schema.columns where column_name = 'total'"))
                .as("what the failed migration did is rolled back")
                .isEqualTo("0");
        assertThat(run("kubectl -n slipway-quick-start get pods\nkubectl -n slipway-quick-start describe"))
                .contains("V3__orders_total.sql", "unit_price", "Exit Code:    5", "MigrationFailed")
                .doesNotContain("only-for-the-quick-start");

        run("kubectl apply -k k8s/quick-start\n```");
        await().atMost(DEADLINE).untilAsserted(() -> {
            assertThat(pods()).hasSize(2);
            assertThat(readyPods()).isEqualTo(first);
        });

        run("kubectl delete -k k8s/quick-start");
        assertThat(kubectl.run("get", "namespaces", "-o", "name")).doesNotContain(NAMESPACE);
        assertThat(kubectl.run(
                                "kustomize",
                                Manifests.QUICK_START.resolve("broken").toString())
                        .lines()
                        .filter(line -> line.startsWith("  namespace: ")))
                .as("all but the namespace itself goes with it")
                .hasSize(5)
                .containsOnly("  namespace: " + NAMESPACE);
    }

    @PostgresTest(onOneMajor = true)
    void allExamplesAndThenTheJobs(TestDatabase database) {
        apply(Manifests.EXAMPLES, database);
        apply(Manifests.JOBS, database);

        everythingEndsWell(database, () -> theOtherJobsChangeNothing(database));
    }

    /** A Job needs the namespace and its Secret, and nothing else of the application. */
    @PostgresTest(onOneMajor = true)
    void theJobsAndThenAllExamples(TestDatabase database) throws IOException {
        kubectl.run("apply", "-f", Manifests.EXAMPLES.resolve("namespace.yaml").toString());
        String secret = Files.readString(Manifests.EXAMPLES.resolve("shop-database.yaml"));
        kubectl.runWith(secret.replace(URL, database.url()), "apply", "-f", "-");
        apply(Manifests.JOBS, database);
        apply(Manifests.EXAMPLES, database);

        everythingEndsWell(database, () -> {});
    }

    private static void apply(Path folder, TestDatabase database) {
        String manifests = kubectl.run("kustomize", folder.toString());
        kubectl.runWith(manifests.replace(URL, database.url()), "apply", "-f", "-");
    }

    /** Those for days of their own: two only look, two are refused here. */
    private static void theOtherJobsChangeNothing(TestDatabase database) {
        List<String> history = history(database);
        for (String job : List.of("db-status", "db-repair", "db-baseline", "db-rollback")) {
            inShop("apply", "-f", Manifests.JOBS.resolve(job + ".yaml").toString());
        }
        inShop("wait", "jobs/db-status", "jobs/db-repair", "--for=condition=Complete", "--timeout=120s");
        inShop("wait", "jobs/db-baseline", "jobs/db-rollback", "--for=condition=Failed", "--timeout=120s");
        assertThat(history(database)).isEqualTo(history);
    }

    private static void everythingEndsWell(TestDatabase database, Runnable afterwards) {
        try {
            for (String deployment : List.of("shop-api", "shop-worker")) {
                inShop("rollout", "status", "deployment/" + deployment, "--timeout=240s");
            }
            inShop("wait", "jobs", "--all", "--for=condition=Complete", "--timeout=240s");
            assertThat(history(database)).hasSize(11 + 2).doesNotHaveDuplicates();
            afterwards.run();
        } finally {
            kubectl.run("delete", "namespace", SHOP);
        }
    }

    private static void inShop(String... arguments) {
        kubectl.run(Stream.concat(Stream.of("--namespace=" + SHOP), Stream.of(arguments))
                .toArray(String[]::new));
    }

    private static List<String> history(TestDatabase database) {
        return database.rows("select 'api', version from flyway_schema_history where version is not null and success"
                + " union all select 'worker', version from worker_schema_history where version is not null and success"
                + " order by 1, 2");
    }

    /** The one block of the page that begins so, from the root of the source tree. */
    private static String run(String beginning) throws IOException {
        String page = Files.readString(Program.inSourceTree("docs/quick-start.md"));
        int start = page.indexOf("```sh\n" + beginning);
        assertThat(start).as("the block '%s' in docs/quick-start.md", beginning).isPositive();
        int block = start + "```sh\n".length();
        try (RunningProcess shell = Program.of("bash", "-euc", page.substring(block, page.indexOf("```", block)))
                .inFolder(Program.inSourceTree(""))
                .withEnv("KUBECONFIG", kubectl.kubeconfig().toString())
                .withEnv("PATH", kubectl.program().resolveSibling("") + ":" + System.getenv("PATH"))
                .start()) {
            ProcessResult result = shell.awaitExit(Duration.ofMinutes(10));
            assertThat(result.exitCode()).as(result.toString()).isZero();
            return result.text();
        }
    }

    private static List<Pod> pods() {
        return slipway.client()
                .pods()
                .inNamespace(NAMESPACE)
                .withLabel("app.kubernetes.io/name", SHOP)
                .list()
                .getItems();
    }

    private static List<String> readyPods() {
        return pods().stream()
                .filter(io.fabric8.kubernetes.client.readiness.Readiness::isPodReady)
                .map(pod -> pod.getMetadata().getName())
                .sorted()
                .toList();
    }

    private static Optional<Pod> failed() {
        return pods().stream()
                .filter(pod -> Terminations.of(pod, "slipway-migrate")
                        .filter(end -> end.getExitCode() != 0)
                        .isPresent())
                .findFirst();
    }

    private static String printedBy(String pod) {
        return slipway.node()
                .flatMap(node -> node.process(NAMESPACE, pod, "shop"))
                .map(RunningProcess::text)
                .orElse("");
    }

    /** As the Secret says, from outside. */
    private static String query(String sql) {
        String url = "jdbc:postgresql://" + PostgresImage.ADDRESS + ":" + key("PGPORT") + "/" + key("PGDATABASE");
        try (Connection connection = DriverManager.getConnection(url, key("PGUSER"), key("PGPASSWORD"));
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            result.next();
            return result.getString(1);
        } catch (SQLException failed) {
            throw new IllegalStateException(failed);
        }
    }

    private static String key(String name) {
        Secret secret = slipway.client()
                .secrets()
                .inNamespace(NAMESPACE)
                .withName("shop-database")
                .get();
        return new String(Base64.getDecoder().decode(secret.getData().get(name)), StandardCharsets.UTF_8);
    }
}
