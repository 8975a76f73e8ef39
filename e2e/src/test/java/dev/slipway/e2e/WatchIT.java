package dev.slipway.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.slipway.e2e.cluster.Installation;
import dev.slipway.e2e.cluster.WebhookMetrics;
import dev.slipway.testkit.kubernetes.Kubectl;
import dev.slipway.testkit.kubernetes.KubernetesCluster;
import dev.slipway.testkit.kubernetes.KubernetesTest;
import dev.slipway.testkit.kubernetes.OwnControlPlane;
import dev.slipway.testkit.postgres.Major;
import dev.slipway.testkit.postgres.PostgresServer;
import dev.slipway.testkit.postgres.TestDatabase;
import dev.slipway.testkit.process.RunningProcess;
import dev.slipway.testkit.process.Signal;
import io.fabric8.kubernetes.api.model.Event;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/**
 * What becomes of migrations in the metrics of the webhook and the Events of the workloads. Two replicas of the example
 * hang in their migration from the beginning; meanwhile others fail, and the replica that watches is killed. The tests
 * are the chapters of one story, so they run in order.
 */
@KubernetesTest
@OwnControlPlane("kills processes on a node that it plays, and reads the metrics of pods from outside")
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class WatchIT {
    private static final String NAMESPACE = "watched";
    private static final String HELD = "1.0.1";
    private static final String BROKEN = "1.0.2";
    private static final String LEASE = "lease/slipway-webhook-watch";
    private static final String RUNS = "slipway_migration_runs_total";
    private static final String MIGRATE = "container=\"migrate\"";
    private static final String PENDING = "slipway_migration_pods_pending";
    private static final Duration DEADLINE = Duration.ofMinutes(3);
    private static final String POD_TEMPLATE = """
            metadata:
              labels: {app: NAME}
              annotations:
                slipway.dev/migrate: "true"
                slipway.dev/migrations-from: SOURCE
                slipway.dev/database-secret: DATABASE
                slipway.dev/preflight: PREFLIGHT
            spec:
              restartPolicy: RESTART
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
    private static TestDatabase held;
    private static ShopMigrations migrations;
    private static Installation slipway;
    private static Kubectl kubectl;

    @BeforeAll
    static void install(KubernetesCluster cluster, @TempDir Path temporary) throws IOException {
        server = PostgresServer.start(Major.selected().get(0));
        held = server.createDatabase();
        held.execute("create schema gate");
        held.execute("create table gate.open ()");
        migrations = new ShopMigrations(cluster)
                .with(HELD, migration(temporary, HELD, """
                        do $$ begin
                          while not exists (select from gate.open) loop perform pg_sleep(0.1); end loop;
                        end $$;
                        create table orders (id int);
                        """))
                .with(BROKEN, migration(temporary, BROKEN, "select nothing from nowhere;\n"));
        slipway = Slipway.install(cluster, migrations.images());
        kubectl = slipway.kubectl();
        cluster.createNamespace(NAMESPACE);
        secret("held", held);
        secret("other", server.createDatabase());
        apply(deployment("shop-api", 2, HELD, "held", "container"));
    }

    @AfterAll
    static void uninstall() {
        kubectl.tryRun("delete", "namespace", NAMESPACE, "--wait=false");
        kubectl.tryRun("delete", "pods", "--all", "--namespace=" + NAMESPACE, "--force", "--grace-period=0");
        slipway.close();
        server.close();
    }

    @Test
    @Order(1)
    void oneReplicaWatches() {
        soon().until(() -> sum("slipway_webhook_watch_leader") == 1);
        soon().until(() -> sum("slipway_webhook_watch_pods") == 2);

        assertThat(leader()).startsWith("slipway-webhook-");
    }

    @Test
    @Order(2)
    void everyFailureOfACrashLoopIsCountedOnceAndIsOneEvent() {
        apply(deployment("broken", 1, BROKEN, "other", "off"));
        LongSupplier counted = () -> sum(
                RUNS, "workload=\"broken\"", "kind=\"Deployment\"", MIGRATE, "outcome=\"failed\"", "exit_code=\"5\"");

        soon().untilAsserted(() -> {
            long before = failures("broken");
            long now = counted.getAsLong();
            assertThat(now).isLessThanOrEqualTo(failures("broken"));
            assertThat(now).isGreaterThanOrEqualTo(Math.max(2, before));
        });
        soon().until(() -> events("Deployment", "broken").getOrDefault("MigrationFailed 1", 0) >= 2);

        assertThat(events("Deployment", "broken")).containsOnlyKeys("MigrationFailed 1");
        assertThat(kubectl.run("describe", "deployment", "broken", "--namespace=" + NAMESPACE))
                .contains("Warning", "MigrationFailed", "V1__first.sql", "nowhere")
                .doesNotContain(held.password());
        assertThat(sum("slipway_migration_last_failure_timestamp_seconds", "workload=\"broken\""))
                .isPositive();
        kubectl.run("delete", "deployment", "broken", "--namespace=" + NAMESPACE);
    }

    @Test
    @Order(3)
    void aJobOfACronJobIsCountedAndToldThere() {
        apply("""
                apiVersion: batch/v1
                kind: CronJob
                metadata: {name: nightly, namespace: watched}
                spec:
                  schedule: 0 0 29 2 *
                  jobTemplate:
                    spec:
                      backoffLimit: 0
                      template:
                """ + template("nightly", BROKEN, "other", "off", "Never").indent(12));
        kubectl.run("create", "job", "nightly-1", "--from=cronjob/nightly", "--namespace=" + NAMESPACE);

        soon().until(() -> sum(RUNS, "kind=\"CronJob\"", "workload=\"nightly\"") == 1);
        soon().until(() -> events("CronJob", "nightly").containsKey("MigrationFailed 1"));
    }

    @Test
    @Order(4)
    void aContainerThatIsKilledLeavesNoReportAndIsCountedAllTheSame() {
        apply("apiVersion: v1\nkind: Pod\n"
                + template("killed", HELD, "held", "off", "Never")
                        .replace("metadata:\n", "metadata:\n  name: killed\n  namespace: " + NAMESPACE + "\n"));

        migrating("killed").signal(Signal.KILL);

        soon().until(() ->
                sum(RUNS, "kind=\"Pod\"", "workload=\"killed\"", "outcome=\"unknown\"", "exit_code=\"137\"") == 1);
        soon().until(() -> events("Pod", "killed").containsKey("MigrationFailed 1"));
        assertThat(kubectl.run("describe", "pod", "killed", "--namespace=" + NAMESPACE))
                .contains("ended with exit code 137 (Error) and left no report");
    }

    /** The 30 s that it takes pass together with those of the next test. */
    @Test
    @Order(5)
    void whatCannotStartIsPendingByReasonAndToldWithTheWayOut() {
        apply(deployment("no-secret", 1, HELD, "missing", "inline"));
        apply(deployment("no-image", 1, HELD, "held", "inline")
                .replace(
                        "slipway.dev/migrate:",
                        "slipway.dev/image: registry.example.com/none/slipway-migrator:9\n"
                                + "        slipway.dev/migrate:"));
        apply(deployment("no-variables", 1, HELD, "held", "inline")
                .replace("slipway.dev/database-secret: held", "slipway.dev/database-from: container:app")
                .replace(
                        "image: registry.example.com/app:1",
                        "image: registry.example.com/app:1\n" + "          envFrom: [{secretRef: {name: missing}}]"));

        pendingAs("volume", "no-secret");
        pendingAs("image", "no-image");
        pendingAs("configuration", "no-variables");
        for (String name : List.of("no-secret", "no-image", "no-variables")) {
            soon().until(() -> events("Deployment", name).containsKey("MigrationStuck 1"));
        }

        assertThat(described("no-secret")).contains("create what is missing of Secret missing in namespace watched");
        assertThat(described("no-image")).contains("(ErrImagePull). Way out: check name and tag of the image");
        assertThat(described("no-variables")).contains("CreateContainerConfigError", "slipway.dev/database-from");
        kubectl.run("delete", "deployment", "no-secret", "no-image", "no-variables", "--namespace=" + NAMESPACE);
    }

    private static String described(String deployment) {
        return kubectl.run("describe", "deployment", deployment, "--namespace=" + NAMESPACE);
    }

    @Test
    @Order(6)
    void whoeverMigratesOrWaitsForLongIsToldOnce() {
        soon().until(() -> events("Deployment", "shop-api").getOrDefault("MigrationWaiting 1", 0) == 2);

        assertThat(allEvents().keySet().stream()
                        .filter(event -> event.startsWith("Pod shop-api") && event.contains("Waiting")))
                .hasSize(2);
        assertThat(sum(PENDING, "workload=\"shop-api\"", "reason=\"running\"")).isEqualTo(2);
        assertThat(sum("slipway_migration_longest_pending_seconds", "workload=\"shop-api\""))
                .isGreaterThanOrEqualTo(30);
        assertThat(sum(RUNS, "workload=\"shop-api\"", "container=\"preflight\"", "outcome=\"checked\""))
                .isEqualTo(2);
    }

    @Test
    @Order(7)
    void whenItsReplicaIsKilledAnotherOneGoesOnAndCountsNothingAgain() {
        String killed = leader();
        Map<String, Integer> events = allEvents();
        // The next leader must tell these runs from new ones.
        assertThat(sum(RUNS, "workload=\"nightly\"")).isEqualTo(1);

        kubectl.run("delete", "pod", killed, "--namespace=slipway-system", "--force", "--grace-period=0");
        slipway.awaitReady();
        soon().until(() -> !leader().equals(killed) && sum("slipway_webhook_watch_leader") == 1);
        soon().until(() -> sum(PENDING, "workload=\"shop-api\"", "reason=\"running\"") == 2);
        soon().until(() -> sum("slipway_migration_last_failure_timestamp_seconds", "workload=\"nightly\"") > 0);

        assertThat(sum(RUNS)).isZero();
        held.execute("insert into gate.open default values");
        soon().until(() -> sum(RUNS, "workload=\"shop-api\"") == 2);
        soon().until(() -> events("Deployment", "shop-api").containsKey("MigrationApplied 1"));

        assertThat(sum(RUNS)).as("nothing else is new").isEqualTo(2);
        assertThat(sum(RUNS, MIGRATE, "outcome=\"applied\"", "exit_code=\"0\"")).isEqualTo(1);
        assertThat(sum(RUNS, MIGRATE, "outcome=\"waited\"", "exit_code=\"0\"")).isEqualTo(1);
        var after = new TreeMap<>(allEvents());
        assertThat(after.remove("Deployment shop-api MigrationApplied 1")).isEqualTo(1);
        assertThat(after).as("what was told is not told again").isEqualTo(events);
    }

    @Test
    @Order(8)
    void aMigrationThatWentWellTellsWhatAndHowLong() {
        assertThat(sum("slipway_migration_scripts_applied_total", "workload=\"shop-api\""))
                .isEqualTo(1);
        assertThat(sum("slipway_migration_schema_info", "workload=\"shop-api\"", "schema_version=\"1\""))
                .isEqualTo(1);
        assertThat(sum("slipway_migration_run_duration_seconds_count", "workload=\"shop-api\"", "outcome=\"applied\""))
                .isEqualTo(1);
        assertThat(sum("slipway_migration_waited_seconds_sum", "workload=\"shop-api\""))
                .isPositive();
        assertThat(sum("slipway_migration_last_success_timestamp_seconds", "workload=\"shop-api\""))
                .isPositive();
        assertThat(sum(PENDING, "workload=\"shop-api\"", "reason=\"running\"")).isZero();
        assertThat(kubectl.run("describe", "deployment", "shop-api", "--namespace=" + NAMESPACE))
                .contains("MigrationApplied", "applied 1 migration in", "schema version 1: V1__first.sql");
    }

    private static void pendingAs(String reason, String workload) {
        soon().until(() -> sum(PENDING, "workload=\"" + workload + "\"", "reason=\"" + reason + "\"") == 1);
    }

    /** A replica that has just begun or ended does not answer yet, or any more. */
    private static ConditionFactory soon() {
        return await().atMost(DEADLINE).ignoreExceptions();
    }

    private static Path migration(Path temporary, String version, String sql) throws IOException {
        Path folder = Files.createDirectories(temporary.resolve(version));
        Files.writeString(folder.resolve("V1__first.sql"), sql);
        return folder;
    }

    private static void secret(String name, TestDatabase database) {
        kubectl.run(
                "create",
                "secret",
                "generic",
                name,
                "--namespace=" + NAMESPACE,
                "--from-literal=DATABASE_URL=" + database.url());
    }

    private static String deployment(String name, int replicas, String version, String database, String preflight) {
        return """
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: %1$s, namespace: %2$s}
                spec:
                  replicas: %3$d
                  selector: {matchLabels: {app: %1$s}}
                  template:
                """.formatted(name, NAMESPACE, replicas)
                + template(name, version, database, preflight, "Always").indent(4);
    }

    private static String template(String name, String version, String database, String preflight, String restart) {
        return POD_TEMPLATE
                .replace("NAME", name)
                .replace("SOURCE", migrations.source(version))
                .replace("DATABASE", database)
                .replace("PREFLIGHT", '"' + preflight + '"')
                .replace("RESTART", restart);
    }

    private static void apply(String manifest) {
        kubectl.runWith(manifest, "apply", "-f", "-");
    }

    private static long sum(String name, String... labels) {
        return WebhookMetrics.sum(slipway, name, labels);
    }

    /** The pod that holds the Lease. */
    private static String leader() {
        return kubectl.run("get", LEASE, "--namespace=slipway-system", "-o", "jsonpath={.spec.holderIdentity}")
                .replaceFirst("_.*", "");
    }

    /** How often slipway-migrate of this workload's pod has ended. */
    private static long failures(String app) {
        return slipway.client().pods().inNamespace(NAMESPACE).withLabel("app", app).list().getItems().stream()
                .flatMap(pod -> pod.getStatus().getInitContainerStatuses().stream())
                .mapToLong(
                        status -> status.getRestartCount() + (status.getState().getTerminated() == null ? 0 : 1))
                .sum();
    }

    private static RunningProcess migrating(String pod) {
        return soon().until(
                        () -> slipway.node()
                                .orElseThrow()
                                .process(NAMESPACE, pod, "slipway-migrate")
                                .orElse(null),
                        process -> process != null);
    }

    /** Of one object: what happened and on how many Events, with the sum of their counts. */
    private static Map<String, Integer> events(String kind, String name) {
        String subject = kind + " " + name + " ";
        return allEvents().entrySet().stream()
                .filter(event -> event.getKey().startsWith(subject))
                .collect(Collectors.toMap(event -> event.getKey().substring(subject.length()), Map.Entry::getValue));
    }

    /** As "kind name reason", a number that tells several of them apart, and the count. */
    private static Map<String, Integer> allEvents() {
        var all = new TreeMap<String, Integer>();
        for (Event event : ours()) {
            String subject = event.getInvolvedObject().getKind() + " "
                    + event.getInvolvedObject().getName() + " " + event.getReason() + " ";
            int number = 1;
            while (all.containsKey(subject + number)) {
                number++;
            }
            all.put(subject + number, event.getCount());
        }
        return all;
    }

    private static List<Event> ours() {
        return slipway.client().v1().events().inNamespace(NAMESPACE).list().getItems().stream()
                .filter(event -> "slipway-webhook".equals(event.getSource().getComponent()))
                .toList();
    }
}
