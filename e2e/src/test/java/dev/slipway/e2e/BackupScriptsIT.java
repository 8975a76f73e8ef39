package dev.slipway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.testkit.kubernetes.Kubectl;
import dev.slipway.testkit.kubernetes.KubernetesCluster;
import dev.slipway.testkit.kubernetes.KubernetesTest;
import dev.slipway.testkit.process.ProcessResult;
import dev.slipway.testkit.process.Program;
import dev.slipway.testkit.process.RunningProcess;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * The two commands that are shown for {@code deploy --before}, on a real API server that has the kinds they make; the
 * test writes what their controllers would report.
 */
@KubernetesTest
class BackupScriptsIT {
    private static final String NAMESPACE = "backups";
    private static final Duration DEADLINE = Duration.ofMinutes(2);
    private static final String SNAPSHOTS = "volumesnapshots.snapshot.storage.k8s.io";
    private static final String BACKUPS = "backups.postgresql.cnpg.io";

    /** The fields that the scripts use, as the projects' own definitions have them: an unknown one would be refused. */
    private static final String KINDS = """
            apiVersion: apiextensions.k8s.io/v1
            kind: CustomResourceDefinition
            metadata:
              name: volumesnapshots.snapshot.storage.k8s.io
              annotations: {api-approved.kubernetes.io: "unapproved, for a test"}
            spec:
              group: snapshot.storage.k8s.io
              scope: Namespaced
              names: {kind: VolumeSnapshot, plural: volumesnapshots, singular: volumesnapshot}
              versions:
                - name: v1
                  served: true
                  storage: true
                  subresources: {status: {}}
                  schema:
                    openAPIV3Schema:
                      type: object
                      required: [spec]
                      properties:
                        spec:
                          type: object
                          required: [source]
                          properties:
                            volumeSnapshotClassName: {type: string, minLength: 1}
                            source:
                              type: object
                              properties:
                                persistentVolumeClaimName: {type: string}
                                volumeSnapshotContentName: {type: string}
                              oneOf:
                                - required: [persistentVolumeClaimName]
                                - required: [volumeSnapshotContentName]
                        status:
                          type: object
                          properties:
                            readyToUse: {type: boolean}
                            error:
                              type: object
                              properties:
                                message: {type: string}
            ---
            apiVersion: apiextensions.k8s.io/v1
            kind: CustomResourceDefinition
            metadata:
              name: backups.postgresql.cnpg.io
            spec:
              group: postgresql.cnpg.io
              scope: Namespaced
              names: {kind: Backup, plural: backups, singular: backup}
              versions:
                - name: v1
                  served: true
                  storage: true
                  subresources: {status: {}}
                  schema:
                    openAPIV3Schema:
                      type: object
                      required: [spec]
                      properties:
                        spec:
                          type: object
                          required: [cluster]
                          properties:
                            cluster:
                              type: object
                              required: [name]
                              properties: {name: {type: string}}
                            method:
                              type: string
                              default: barmanObjectStore
                              enum: [barmanObjectStore, volumeSnapshot, plugin]
                            pluginConfiguration:
                              type: object
                              required: [name]
                              properties: {name: {type: string}}
                        status:
                          type: object
                          properties:
                            phase: {type: string}
                            error: {type: string}
            """;

    private static Kubectl kubectl;

    @BeforeAll
    static void defineTheKinds(KubernetesCluster cluster) {
        kubectl = cluster.kubectl();
        kubectl.run("create", "namespace", NAMESPACE);
        kubectl.runWith(KINDS, "apply", "-f", "-");
        kubectl.run("wait", "--for=condition=Established", "crd/" + SNAPSHOTS, "crd/" + BACKUPS, "--timeout=60s");
    }

    @AfterAll
    static void remove() {
        kubectl.run("delete", "crd", SNAPSHOTS, BACKUPS);
        kubectl.run("delete", "namespace", NAMESPACE);
    }

    @Test
    void aSnapshotIsAwaitedThroughErrorsOfItsController() {
        try (RunningProcess script = start("volume-snapshot", "data-shop-db-0", "fast")) {
            script.awaitLine("created", DEADLINE);
            assertThat(field(SNAPSHOTS, "data-shop-db-0-7", ".spec.source.persistentVolumeClaimName"))
                    .isEqualTo("data-shop-db-0");
            assertThat(field(SNAPSHOTS, "data-shop-db-0-7", ".spec.volumeSnapshotClassName"))
                    .isEqualTo("fast");
            report(SNAPSHOTS, "data-shop-db-0-7", "{\"readyToUse\":false,\"error\":{\"message\":\"busy\"}}");
            assertThat(script.endsWithin(Duration.ofSeconds(3))).isFalse();
            report(SNAPSHOTS, "data-shop-db-0-7", "{\"readyToUse\":true}");

            ProcessResult ended = script.awaitExit(DEADLINE);
            assertThat(ended.exitCode()).as(ended.text()).isZero();
        }
    }

    @Test
    void aSnapshotThatIsNotReadyInTimeFailsWithWhatItsControllerSays() {
        try (RunningProcess script = program("volume-snapshot", "late")
                .withEnv("SNAPSHOT_TIMEOUT", "4")
                .start()) {
            script.awaitLine("created", DEADLINE);
            report(SNAPSHOTS, "late-7", "{\"readyToUse\":false,\"error\":{\"message\":\"no such class\"}}");

            ProcessResult ended = script.awaitExit(DEADLINE);
            assertThat(ended.exitCode()).as(ended.text()).isEqualTo(1);
            assertThat(ended.text()).contains("backups/late-7 is not ready to use after 4 s: no such class");
        }
    }

    @Test
    void aBackupIsAwaitedToItsEnd() {
        try (RunningProcess script = start("cloudnative-pg-backup", "shop-db", "plugin")) {
            script.awaitLine("created", DEADLINE);
            assertThat(field(BACKUPS, "shop-db-7", ".spec.cluster.name")).isEqualTo("shop-db");
            assertThat(field(BACKUPS, "shop-db-7", ".spec.pluginConfiguration.name"))
                    .isEqualTo("barman-cloud.cloudnative-pg.io");
            report(BACKUPS, "shop-db-7", "{\"phase\":\"running\"}");
            assertThat(script.endsWithin(Duration.ofSeconds(3))).isFalse();
            report(BACKUPS, "shop-db-7", "{\"phase\":\"completed\"}");

            ProcessResult ended = script.awaitExit(DEADLINE);
            assertThat(ended.exitCode()).as(ended.text()).isZero();
        }
    }

    @Test
    void aBackupThatFailedEndsItAtOnce() {
        try (RunningProcess script = start("cloudnative-pg-backup", "broken")) {
            script.awaitLine("created", DEADLINE);
            report(BACKUPS, "broken-7", "{\"phase\":\"failed\",\"error\":\"no object store\"}");

            ProcessResult ended = script.awaitExit(DEADLINE);
            assertThat(ended.exitCode()).as(ended.text()).isEqualTo(1);
            assertThat(ended.text()).contains("backups/broken-7 failed: no object store");
            assertThat(field(BACKUPS, "broken-7", ".spec.method")).isEqualTo("barmanObjectStore");
        }
    }

    private static RunningProcess start(String script, String... arguments) {
        return program(script, arguments).start();
    }

    private static Program program(String script, String... arguments) {
        return Program.of(Program.inSourceTree("k8s/ci/" + script).toString())
                .withArguments(arguments)
                .withEnv("DEPLOY_NAMESPACE", NAMESPACE)
                .withEnv("DEPLOY_ID", "7")
                .withEnv("KUBECONFIG", kubectl.kubeconfig().toString())
                .withEnv("PATH", kubectl.program().resolveSibling("") + ":" + System.getenv("PATH"));
    }

    private static String field(String kind, String name, String path) {
        return kubectl.run("get", kind, name, "--namespace=" + NAMESPACE, "--output=jsonpath={" + path + "}");
    }

    private static void report(String kind, String name, String status) {
        kubectl.run(
                "patch",
                kind,
                name,
                "--namespace=" + NAMESPACE,
                "--subresource=status",
                "--type=merge",
                "--patch={\"status\":" + status + "}");
    }
}
