package dev.slipway.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.slipway.e2e.cluster.Installation;
import dev.slipway.testkit.kubernetes.Kubectl;
import dev.slipway.testkit.kubernetes.KubernetesCluster;
import dev.slipway.testkit.kubernetes.KubernetesTest;
import dev.slipway.testkit.kubernetes.OwnControlPlane;
import dev.slipway.testkit.postgres.Major;
import dev.slipway.testkit.postgres.PostgresServer;
import dev.slipway.testkit.postgres.TestDatabase;
import dev.slipway.testkit.process.ProcessResult;
import dev.slipway.testkit.process.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The plugin as kubectl finds it on the PATH, with two workloads: one whose migration is applied, and one whose is broken. */
@KubernetesTest
@OwnControlPlane("its played node runs the Jobs that the plugin makes")
class KubectlPluginIT {
    private static final String NAMESPACE = "plugin";
    private static final String GOOD = "1.0.1";
    private static final String BROKEN = "1.0.2";

    /** The first container stands for a proxy or an agent that the database needs. */
    private static final String WORKLOAD = """
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: NAME, namespace: plugin}
            spec:
              replicas: 1
              selector: {matchLabels: {app: NAME}}
              template:
                metadata:
                  labels: {app: NAME}
                  annotations:
                    slipway.dev/migrate: "OPT-IN"
                    slipway.dev/migrations-from: SOURCE
                    slipway.dev/database-secret: NAME
                spec:
                  securityContext:
                    runAsNonRoot: true
                    seccompProfile: {type: RuntimeDefault}
                  containers:
                    - name: app
                      image: registry.example.com/app:1
                      securityContext:
                        allowPrivilegeEscalation: false
                        capabilities: {drop: [ALL]}
            """;

    private static PostgresServer server;
    private static TestDatabase good;
    private static TestDatabase broken;
    private static Installation slipway;
    private static Kubectl kubectl;

    @BeforeAll
    static void install(KubernetesCluster cluster, @TempDir Path temporary) throws IOException {
        server = PostgresServer.start(Major.selected().get(0));
        good = server.createDatabase();
        broken = server.createDatabase();
        ShopMigrations migrations = new ShopMigrations(cluster)
                .with(GOOD, migration(temporary.resolve(GOOD), "create table orders (id int);\n"))
                .with(BROKEN, migration(temporary.resolve(BROKEN), "select \"no\\thing\" from nowhere;\n"));
        slipway = Slipway.install(cluster, migrations.images());
        kubectl = slipway.kubectl();
        cluster.createNamespace(NAMESPACE, "pod-security.kubernetes.io/enforce=restricted");
        apply("shop-api", migrations.source(GOOD), good, true);
        apply("broken", migrations.source(BROKEN), broken, true);
        apply("bystander", migrations.source(GOOD), good, false);
        await().atMost(Duration.ofMinutes(3))
                .ignoreExceptions()
                .until(() -> status("broken").contains("BackOff")
                        && good.query("select count(*) from orders").equals("0"));
    }

    @AfterAll
    static void uninstall() {
        kubectl.tryRun("delete", "namespace", NAMESPACE, "--wait=false");
        kubectl.tryRun("delete", "pods", "--all", "--namespace=" + NAMESPACE, "--force", "--grace-period=0");
        slipway.close();
        server.close();
    }

    @Test
    void statusIsARowAPodWithWhatWentWrong() {
        ProcessResult status = betweenTwoAttempts("status", "-n", NAMESPACE);

        assertThat(status.exitCode()).as(status.text()).isZero();
        assertThat(status.text().lines().filter(line -> line.contains("broken-")))
                .singleElement()
                .asString()
                .contains("slipway-migrate", "waiting (CrashLoopBackOff)", " 5  ", "V1__migration.sql", "nowhere");
        assertThat(status.text().lines().filter(line -> line.contains("shop-api-")))
                .singleElement()
                .asString()
                .contains("slipway-migrate", "done");
        assertThat(status.text()).doesNotContain("bystander", good.password());
        assertThat(plugin("status", "--all-namespaces").text()).contains("broken-", "shop-api-");
        assertThat(plugin("status", "--namespace=default").text()).contains("no pod with migrations here");
    }

    @Test
    void whySaysTheWayOut() {
        for (String name : List.of("broken", "deployment/broken", "deploy/broken", firstPod("broken"))) {
            ProcessResult why = betweenTwoAttempts("why", name, "-n", NAMESPACE);

            assertThat(why.exitCode()).as(why.text()).isZero();
            assertThat(why.text())
                    .contains("slipway-migrate: waiting (CrashLoopBackOff), exit code 5", "  way out: ", "nowhere")
                    .contains("MigrationFailed");
        }
    }

    @Test
    void aCommandRunsInTheClusterAndItsExitCodeIsThePlugins() {
        assertThat(plugin("history", "shop-api", "-n", NAMESPACE).exitCode()).isZero();
        assertThat(plugin("-n", NAMESPACE, "run", "validate", "deployment/shop-api")
                        .exitCode())
                .isZero();
        assertThat(plugin("run", "migrate", "broken", "-n", NAMESPACE).exitCode())
                .isEqualTo(5);
        assertThat(broken.query("select count(*) from flyway_schema_history")).isEqualTo("0");
        ProcessResult repaired = plugin("run", "repair", "shop-api", "-n", NAMESPACE);
        assertThat(repaired.exitCode()).as(repaired.text()).isZero();
        assertThat(kubectl.run("get", "jobs", "--namespace=" + NAMESPACE, "-o", "name"))
                .contains("slipway-status-", "slipway-validate-", "slipway-migrate-", "slipway-repair-");
    }

    @Test
    void flagsReachTheCommandAsTheyWereTyped() {
        ProcessResult refused = plugin(
                "run",
                "status",
                "shop-api",
                "-n",
                NAMESPACE,
                "--",
                "--schema",
                "a\\b \"c\"\nd",
                "--history-table=$(x) 'y'");

        String job = refused.text().lines().findFirst().orElseThrow().replaceFirst(":.*", "");
        assertThat(kubectl.run(
                        "get",
                        job,
                        "--namespace=" + NAMESPACE,
                        "-o",
                        "go-template={{range (index .spec.template.spec.containers 0).args}}<{{.}}>{{end}}"))
                .isEqualTo("<status><--schema><a\\b \"c\"\nd><--history-table=$$(x) 'y'>");
    }

    @Test
    void mistakesAreToldBeforeAnythingIsMade() {
        refused("unknown command foo", "foo");
        refused("unknown flag --foo", "status", "--foo");
        refused("--timeout takes a number of seconds, found '5m'", "plan", "shop-api", "--timeout=5m");
        refused(
                "no pod, deployment, statefulset, daemonset, cronjob or job nothing",
                "why",
                "nothing",
                "-n",
                NAMESPACE);
        refused("bystander gets no container slipway-migrate", "run", "status", "bystander", "-n", NAMESPACE);
        refused("has been injected already", "run", "status", firstPod("broken"), "-n", NAMESPACE);
        refused("'Status;' is no command", "run", "Status;", "shop-api", "-n", NAMESPACE);
        refused("flags of status follow --, found x", "run", "status", "shop-api", "x", "-n", NAMESPACE);
    }

    private static void refused(String sentence, String... arguments) {
        ProcessResult result = plugin(arguments);

        assertThat(result.exitCode()).as(result.text()).isEqualTo(2);
        assertThat(result.text()).contains("kubectl slipway: ", sentence);
    }

    private static String status(String name) {
        return kubectl.run("get", "pods", "--namespace=" + NAMESPACE, "-l", "app=" + name);
    }

    /** Its attempts are short, and the pauses between them grow. */
    private static ProcessResult betweenTwoAttempts(String... arguments) {
        return await().atMost(Duration.ofMinutes(2))
                .until(() -> plugin(arguments), result -> result.text().contains("CrashLoopBackOff"));
    }

    private static String firstPod(String app) {
        return kubectl.run("get", "pods", "--namespace=" + NAMESPACE, "-l", "app=" + app, "-o", "name")
                .strip();
    }

    private static ProcessResult plugin(String... arguments) {
        var command = new ArrayList<>(List.of(kubectl.program().toString(), "slipway"));
        command.addAll(Arrays.asList(arguments));
        Path plugin = Manifests.ROOT.resolve("plugin");
        try (var running = Program.of(command.toArray(String[]::new))
                .withEnv("PATH", plugin + ":" + kubectl.program().resolveSibling("") + ":" + System.getenv("PATH"))
                .withEnv("KUBECONFIG", kubectl.kubeconfig().toString())
                .start()) {
            return running.awaitExit(Duration.ofMinutes(3));
        }
    }

    private static Path migration(Path folder, String sql) throws IOException {
        Files.writeString(Files.createDirectories(folder).resolve("V1__migration.sql"), sql);
        return folder;
    }

    private static void apply(String name, String source, TestDatabase database, boolean optsIn) {
        if (optsIn) {
            kubectl.run(
                    "create",
                    "secret",
                    "generic",
                    name,
                    "--namespace=" + NAMESPACE,
                    "--from-literal=DATABASE_URL=" + database.url());
        }
        String manifest =
                WORKLOAD.replace("NAME", name).replace("SOURCE", source).replace("OPT-IN", Boolean.toString(optsIn));
        kubectl.runWith(manifest, "apply", "-f", "-");
    }
}
