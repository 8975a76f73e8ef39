package dev.slipway.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.slipway.contract.ExitCode;
import dev.slipway.e2e.cluster.Installation;
import dev.slipway.e2e.cluster.PlayedNode;
import dev.slipway.e2e.cluster.PodDatabases;
import dev.slipway.e2e.cluster.PodDatabases.PodDatabase;
import dev.slipway.e2e.cluster.Terminations;
import dev.slipway.testkit.kubernetes.Kubectl;
import dev.slipway.testkit.kubernetes.KubernetesCluster;
import dev.slipway.testkit.kubernetes.KubernetesTest;
import dev.slipway.testkit.process.ProcessResult;
import dev.slipway.testkit.process.Program;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.PodFailurePolicyRule;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/** The Jobs of {@code k8s/jobs}, run by the real Job controller, without any webhook in the cluster. */
@KubernetesTest
@EnabledIf(value = "dev.slipway.e2e.cluster.PodDatabases#arePossible", disabledReason = PodDatabases.MISSING)
class JobsIT {
    private static final String NAMESPACE = "shop";
    private static final String GOOD = "1.0.0";
    private static final String BROKEN = "broken";
    private static final String EMPTY = "empty";
    private static final String ENDLESS = "endless";
    private static final String OLDER = "older";
    private static final String TWO_PHASES = "two-phases";

    /** Its pods take their time to go, as those with long requests do. */
    private static final String DEPLOYMENT = """
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: shop-api, namespace: shop}
            spec:
              replicas: 1
              selector: {matchLabels: {app: shop-api}}
              strategy: {rollingUpdate: {maxSurge: 1, maxUnavailable: 0}}
              template:
                metadata: {labels: {app: shop-api, app.kubernetes.io/version: "VERSION"}}
                spec:
                  terminationGracePeriodSeconds: 3700
                  securityContext:
                    runAsNonRoot: true
                    seccompProfile: {type: RuntimeDefault}
                  containers:
                    - name: app
                      image: registry.example.com/shop/api:VERSION
                      lifecycle: {preStop: {sleep: {seconds: 3600}}}
                      securityContext:
                        allowPrivilegeEscalation: false
                        capabilities: {drop: [ALL]}
            """;

    private static final List<String> MANIFESTS = List.of(
            "db-migration.yaml",
            "db-rollback.yaml",
            "db-contract.yaml",
            "db-repair.yaml",
            "db-status.yaml",
            "db-baseline.yaml");

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
                .with(OLDER, migration(temporary.resolve("older"), "create table people (id int);"))
                .with(TWO_PHASES, twoPhases(temporary.resolve("two-phases")))
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
        kubectl.run("delete", "jobs", "--all", "--cascade=foreground", "--namespace=" + NAMESPACE);
        kubectl.run("delete", "-k", Manifests.JOBS.toString(), "--ignore-not-found");
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
    void aBrokenMigrationFailsTheJobAtOnce() {
        apply(BROKEN, job -> job);

        awaitCondition("Failed");

        assertThat(reasonOfFailure()).isEqualTo("PodFailurePolicy");
        assertThat(pods())
                .singleElement()
                .satisfies(pod -> assertThat(
                                Terminations.of(pod, "migrate").orElseThrow().getExitCode())
                        .isEqualTo(5));
        assertThat(database.rows("select 1 from information_schema.tables where table_name = 't'"))
                .as("the attempt is rolled back")
                .isEmpty();
    }

    @Test
    void anUnreachableDatabaseIsTriedAgainAndTheGateSaysWhatTheLastAttemptSaid(@TempDir Path folder)
            throws IOException {
        String unreachable = "postgres://shop:secret@127.0.0.1:1/shop";
        kubectl.run(
                "patch",
                "secret",
                "shop-database",
                "--namespace=" + NAMESPACE,
                "--patch={\"stringData\":{\"DATABASE_URL\":\"" + unreachable + "\"}}");
        String job = jobFile("db-migration.yaml", GOOD)
                .replace("backoffLimit: 3", "backoffLimit: 1")
                .replace("args: [preflight]", "args: [preflight, --connect-timeout, 1s]");

        ProcessResult failed = runJob(Files.writeString(folder.resolve("job.yaml"), job));

        assertThat(failed.exitCode()).as(failed.toString()).isEqualTo(1);
        assertThat(pods())
                .hasSize(2)
                .allSatisfy(pod -> assertThat(failed.text())
                        .contains(pod.getMetadata().getName() + ": preflight=3 {\"message\":"));
        assertThat(failed.text())
                .endsWith("db-migration-1-0-0: Failed: BackoffLimitExceeded: "
                        + "Job has reached the specified backoff limit");
    }

    @Test
    void whatAnotherAttemptCannotChangeFailsTheJobAtOnce() {
        apply(EMPTY, job -> job);

        awaitCondition("Failed");

        assertThat(reasonOfFailure()).isEqualTo("PodFailurePolicy");
        assertThat(pods())
                .singleElement()
                .satisfies(pod -> assertThat(
                                Terminations.of(pod, "preflight").orElseThrow().getExitCode())
                        .isEqualTo(2));
    }

    @Test
    void theDeadlineEndsARunningMigrationAndRollsItBack(@TempDir Path folder) throws IOException {
        String job = jobFile("db-migration.yaml", ENDLESS)
                .replace("activeDeadlineSeconds: 1800", "activeDeadlineSeconds: 30");

        ProcessResult failed = runJob(Files.writeString(folder.resolve("job.yaml"), job));
        kubectl.run("wait", "pods", "--all", "--for=delete", "--namespace=" + NAMESPACE, "--timeout=120s");

        assertThat(failed.exitCode()).as(failed.toString()).isEqualTo(1);
        assertThat(failed.text())
                .as("also what is gone with its pod")
                .contains(": migrate=143 {\"message\":")
                .endsWith("db-migration-1-0-0: Failed: DeadlineExceeded: "
                        + "Job was active longer than specified deadline");
        assertThat(database.rows("select pid from pg_stat_activity where query like '%pg_sleep(3600)%'"
                        + " and pid <> pg_backend_pid()"))
                .isEmpty();
        assertThat(database.rows("select 1 from information_schema.tables where table_name = 't'"))
                .isEmpty();
    }

    @Test
    void twoJobsAtOnceMigrateOnce() {
        String first = migrations.in(kubectl.run("kustomize", Manifests.JOBS.toString()), GOOD);

        kubectl.runWith(first, "apply", "-f", "-");
        kubectl.runWith(first.replace("name: db-migration-1-0-0", "name: db-migration-1-0-1"), "apply", "-f", "-");
        awaitCondition("Complete");

        assertThat(database.rows("select version from flyway_schema_history where version is not null"))
                .hasSize(11)
                .doesNotHaveDuplicates();
    }

    @Test
    void theGateOfAPipelineEndsAsTheJobDoes(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("job.yaml"), jobFile("db-migration.yaml", EMPTY));

        ProcessResult failed = runJob(file);
        Files.writeString(file, jobFile("db-migration.yaml", GOOD));
        ProcessResult completed = runJob(file);
        ProcessResult again = runJob(file);

        assertThat(failed.exitCode()).as(failed.toString()).isEqualTo(1);
        assertThat(failed.text())
                .contains("preflight=2", "has no .sql file in it", "db-migration-1-0-0: Failed: PodFailurePolicy: ");
        assertThat(completed.exitCode()).as(completed.toString()).isZero();
        assertThat(completed.text()).contains("db-migration-1-0-0: Complete");
        assertThat(again.exitCode()).as(again.toString()).isZero();
    }

    /** One answer to "may another attempt help?", in the migrator's exit codes, in the Jobs and in the script for pipelines. */
    @Test
    void jobsAndTheDeployScriptGiveUpOnTheSameExitCodes() throws IOException {
        List<Integer> pointless = Stream.of(ExitCode.values())
                .filter(code -> code.retry() == ExitCode.Retry.POINTLESS && code != ExitCode.ROLLBACK_REFUSED)
                .map(ExitCode::code)
                .toList();

        for (String name : MANIFESTS) {
            for (Job job : jobs(name)) {
                assertThat(job.getSpec().getPodFailurePolicy().getRules())
                        .extracting(PodFailurePolicyRule::getOnExitCodes)
                        .filteredOn(codes -> codes != null && !"old-pods".equals(codes.getContainerName()))
                        .isNotEmpty()
                        .allSatisfy(codes -> assertThat(codes.getValues())
                                .as(name)
                                .containsAll(pointless)
                                .satisfies(values -> assertThat(
                                                job.getSpec().getBackoffLimit() == 0 || values.equals(pointless))
                                        .as("retries what may help, in %s", name)
                                        .isTrue()));
            }
        }
        assertThat(Files.readString(Manifests.ROOT.resolve("ci/deploy")))
                .contains(": exit [" + pointless.stream().map(String::valueOf).collect(Collectors.joining()) + "]:");
    }

    private static List<Job> jobs(String manifest) throws IOException {
        try (InputStream file = Files.newInputStream(Manifests.JOBS.resolve(manifest))) {
            return client.load(file).items().stream()
                    .filter(Job.class::isInstance)
                    .map(Job.class::cast)
                    .toList();
        }
    }

    @Test
    void everyManifestIsAcceptedAlsoAsAHook() throws IOException {
        for (String name :
                Stream.concat(MANIFESTS.stream(), Stream.of("db-drift.yaml")).toList()) {
            String manifest = Files.readString(Manifests.JOBS.resolve(name));
            String asHook = manifest.replaceAll("(?m)^  # (annotations:)$", "  $1")
                    .replaceAll("(?m)^  #   ((helm.sh|argocd.argoproj.io)/)", "    $1");
            for (String each : List.of(manifest, asHook)) {
                kubectl.runWith(
                        each,
                        "apply",
                        "--namespace=" + NAMESPACE,
                        "--dry-run=server",
                        "--warnings-as-errors",
                        "-f",
                        "-");
            }
            if (name.equals("db-migration.yaml")) {
                assertThat(asHook).contains("\n    argocd.argoproj.io/hook: PreSync\n");
            }
        }
    }

    @Test
    void theRollbackJobUndoesWhatTheMigrationJobApplied() throws IOException {
        apply(TWO_PHASES, job -> job);
        awaitCondition("Complete");
        assertThat(versions()).containsExactly("1", "3");

        // The image of the older release, which has never heard of version 3.
        applyFile(
                "db-rollback.yaml",
                OLDER,
                job -> job.replace("\"9\"", "\"1\"")
                        .replace("shop@9", database.query("select current_database()") + "@1"));
        awaitCondition("Complete");

        assertThat(versions()).containsExactly("1");
    }

    @Test
    void contractIsHeldWhileAnOldPodRunsAndReleasedWhenItIsGone() throws IOException {
        rollOut("0.9.0");
        apply(TWO_PHASES, job -> job);
        awaitCondition("Complete");
        String old = onlyPodOfVersion("0.9.0");
        rollOut("1.0.0");

        applyFile("db-contract.yaml", TWO_PHASES, job -> job);
        await().atMost(Duration.ofMinutes(5))
                .until(() -> pods().stream()
                        .map(pod -> Terminations.of(pod, "old-pods"))
                        .flatMap(Optional::stream)
                        .anyMatch(end ->
                                end.getExitCode() == 1 && end.getMessage().contains(old)));
        assertThat(versions()).as("held").containsExactly("1", "3");

        kubectl.run("delete", "pod", old, "--force", "--grace-period=0", "--namespace=" + NAMESPACE);
        awaitCondition("Complete");

        assertThat(versions()).as("released").containsExactly("1", "3", "2");
        removeApplication();
    }

    @Test
    void contractRunsOnceTheExampleIsRolledOut() throws IOException {
        apply(TWO_PHASES, job -> job);
        awaitCondition("Complete");
        kubectl.runWith(example(), "apply", "-f", "-");
        awaitRollout();

        applyFile("db-contract.yaml", TWO_PHASES, job -> job);
        awaitCondition("Complete");

        assertThat(versions()).containsExactly("1", "3", "2");
        removeApplication();
    }

    @Test
    void podsThatWillNeverSayTheirVersionFailTheContractJobAtOnce(@TempDir Path folder) throws IOException {
        kubectl.runWith(example().replace("app.kubernetes.io/version: \"1.0.0\"", "tier: api"), "apply", "-f", "-");
        awaitRollout();

        ProcessResult failed =
                runJob(Files.writeString(folder.resolve("job.yaml"), jobFile("db-contract.yaml", TWO_PHASES)));

        assertThat(failed.exitCode()).as(failed.toString()).isEqualTo(1);
        assertThat(failed.text())
                .contains(
                        "deployment shop-api: its pod template has no label app.kubernetes.io/version",
                        "add the label to spec.template.metadata.labels",
                        "db-contract-1-0-0: Failed: PodFailurePolicy: ");
        removeApplication();
    }

    /** A release that was never rolled out has no older revision; its version decides. */
    @Test
    void contractIsHeldBeforeTheReleaseIsRolledOut() throws IOException {
        rollOut("0.9.0");

        applyFile("db-contract.yaml", GOOD, job -> job.replace("backoffLimit: 6", "backoffLimit: 0"));
        awaitCondition("Failed");

        assertThat(pods().stream().map(pod -> Terminations.of(pod, "old-pods")).flatMap(Optional::stream))
                .singleElement()
                .satisfies(
                        end -> assertThat(end.getMessage()).contains("is of version 0.9.0, which is older than 1.0.0"));
        assertThat(database.rows("select 1 from pg_class where relname = 'flyway_schema_history'"))
                .isEmpty();
        removeApplication();
    }

    private static void rollOut(String version) {
        kubectl.runWith(migrations.in(DEPLOYMENT.replace("VERSION", version), GOOD), "apply", "-f", "-");
        awaitRollout();
    }

    private static void awaitRollout() {
        kubectl.run("rollout", "status", "deployment/shop-api", "--namespace=" + NAMESPACE, "--timeout=300s");
    }

    private static void removeApplication() {
        kubectl.run("delete", "deployment", "shop-api", "--namespace=" + NAMESPACE);
        kubectl.run("delete", "pods", "--all", "--force", "--grace-period=0", "--namespace=" + NAMESPACE);
        kubectl.run("delete", "-f", Manifests.JOBS.resolve("db-contract.yaml").toString(), "--namespace=" + NAMESPACE);
    }

    private static String example() throws IOException {
        return migrations.in(Files.readString(Manifests.EXAMPLES.resolve("shop-api.yaml")), GOOD);
    }

    private static String jobFile(String name, String version) throws IOException {
        return migrations.in(Files.readString(Manifests.JOBS.resolve(name)), version);
    }

    private static String onlyPodOfVersion(String version) {
        return kubectl.run(
                "get",
                "pods",
                "--namespace=" + NAMESPACE,
                "-l",
                "app.kubernetes.io/version=" + version,
                "-o",
                "jsonpath={.items[0].metadata.name}");
    }

    private List<String> versions() {
        return database.rows(
                "select version from flyway_schema_history where version is not null order by installed_rank");
    }

    private static void applyFile(String name, String version, UnaryOperator<String> change) throws IOException {
        String manifest = change.apply(jobFile(name, version));
        kubectl.runWith(manifest, "apply", "--namespace=" + NAMESPACE, "-f", "-");
    }

    /** As a pipeline runs it, with kubectl on its path. */
    private static ProcessResult runJob(Path file) {
        String path = kubectl.program().resolveSibling("") + ":" + System.getenv("PATH");
        try (var script = Program.of(
                        Manifests.JOBS.resolve("run-job").toString(), file.toString(), "--namespace=" + NAMESPACE)
                .withEnv("PATH", path)
                .withEnv("KUBECONFIG", kubectl.kubeconfig().toString())
                .start()) {
            return script.awaitExit(Duration.ofMinutes(5));
        }
    }

    private static Path twoPhases(Path folder) throws IOException {
        Path undo = Files.createDirectories(folder.resolve("undo"));
        Files.writeString(folder.resolve("V1__people.sql"), "create table people (id int, name text, full_name text);");
        Files.writeString(
                folder.resolve("V2__drop_name.sql"),
                "-- slipway: contract\n-- slipway: oldest-app-version 1.0.0\nalter table people drop column name;");
        Files.writeString(folder.resolve("V3__email.sql"), "alter table people add email text;");
        Files.writeString(undo.resolve("U3__email.sql"), "alter table people drop column email;");
        return folder;
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
