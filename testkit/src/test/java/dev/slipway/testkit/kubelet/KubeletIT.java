package dev.slipway.testkit.kubelet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.slipway.testkit.process.OutputLine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Real processes, under each isolation that this machine can do. */
class KubeletIT {
    private static final JsonMapper JSON = new JsonMapper();
    private static final Duration DEADLINE = Duration.ofSeconds(60);

    private final KnownObjects objects = new KnownObjects()
            .withSecret("shop", "database", Map.of("DATABASE_URL", "postgres://u:s3cret@db/shop", "ca.crt", "PEM"));

    @TempDir
    private Path temporary;

    static Stream<Isolation> isolations() {
        return Stream.of(Isolation.best(), Isolation.REWRITTEN_PATHS).distinct();
    }

    @ParameterizedTest
    @MethodSource("isolations")
    void initContainersRunOneAfterTheOtherAndThenTheApplicationRuns(Isolation isolation) {
        try (Kubelet kubelet = kubelet(isolation)) {
            PodRun run = kubelet.start(pod("""
                    {"initContainers": [
                       {"name": "first", "image": "shell", "args": ["echo 1 >/work/log"], "volumeMounts": [{"name": "work", "mountPath": "/work"}]},
                       {"name": "second", "image": "shell", "args": ["echo 2 >>/work/log; cp /work/log /dev/termination-log"],
                        "volumeMounts": [{"name": "work", "mountPath": "/work"}]}],
                     "containers": [{"name": "api", "image": "shell", "args": ["exec sleep 600"]}],
                     "volumes": [{"name": "work", "emptyDir": {}}]}"""));
            PodStatus status = run.awaitInitialized(DEADLINE);
            assertThat(status.initialized()).isTrue();
            assertThat(message(status, "second")).isEqualTo("1\n2\n");
            run.await(PodStatus::initialized, DEADLINE);
            run.await(each -> isRunning(each, "api"), DEADLINE);
            assertThat(run.process("api")).isPresent();
            run.delete();
            assertThat(run.process("api")).isEmpty();
        }
    }

    @ParameterizedTest
    @MethodSource("isolations")
    void aFailingInitContainerIsStartedAgainAndItsMessageStays(Isolation isolation) {
        try (Kubelet kubelet = kubelet(isolation)) {
            PodRun run = kubelet.start(pod("""
                    {"initContainers": [{"name": "migrate", "image": "shell",
                       "args": ["if [ -e /work/tried ]; then exit 0; fi; touch /work/tried; echo no luck >/dev/termination-log; exit 5"],
                       "volumeMounts": [{"name": "work", "mountPath": "/work"}]}],
                     "containers": [{"name": "api", "image": "unknown"}],
                     "volumes": [{"name": "work", "emptyDir": {}}]}"""));
            ContainerStatus migrate =
                    run.awaitInitialized(DEADLINE).container("migrate").orElseThrow();
            assertThat(migrate.restarts()).isEqualTo(1);
            assertThat(migrate.succeeded()).isTrue();
            assertThat(migrate.lastTermination().orElseThrow().exitCode()).isEqualTo(5);
            assertThat(migrate.lastTermination().orElseThrow().message()).isEqualTo("no luck\n");
        }
    }

    @Test
    void aPodThatNeverRestartsFails() {
        try (Kubelet kubelet = kubelet(Isolation.best())) {
            PodRun run = kubelet.start(pod("""
                    {"restartPolicy": "Never",
                     "initContainers": [{"name": "migrate", "image": "shell", "args": ["exit 6"]}],
                     "containers": [{"name": "api", "image": "shell", "args": ["exec sleep 600"]}]}"""));
            PodStatus status = run.awaitInitialized(DEADLINE);
            assertThat(status.phase()).isEqualTo(PodStatus.Phase.FAILED);
            assertThat(status.initialized()).isFalse();
            assertThat(status.toJson()
                            .at("/initContainerStatuses/0/state/terminated/exitCode")
                            .asInt())
                    .isEqualTo(6);
        }
    }

    @ParameterizedTest
    @MethodSource("isolations")
    void mountedSecretsAndImagesAreSeenAtTheirPaths(Isolation isolation) throws IOException {
        Files.writeString(temporary.resolve("V1__a.sql"), "select 1;");
        var images = Map.of("shell", shell(), "sql", LocalImage.of().withFiles("/migrations", temporary));
        try (Kubelet kubelet = new Kubelet(objects, images, isolation, Backoff.QUICK)) {
            PodRun run = kubelet.start(pod("""
                    {"initContainers": [{"name": "migrate", "image": "shell",
                       "args": ["{ cat $DIR/DATABASE_URL; echo; ls /sql/migrations; cat /one/ca.crt; } >/dev/termination-log"],
                       "env": [{"name": "DIR", "value": "/var/run/slipway/database"}],
                       "volumeMounts": [
                         {"name": "database", "mountPath": "/var/run/slipway/database", "readOnly": true},
                         {"name": "one", "mountPath": "/one/ca.crt", "subPath": "renamed.crt"},
                         {"name": "sql", "mountPath": "/sql"}]}],
                     "containers": [],
                     "volumes": [
                       {"name": "database", "secret": {"secretName": "database"}},
                       {"name": "one", "secret": {"secretName": "database", "items": [{"key": "ca.crt", "path": "renamed.crt"}]}},
                       {"name": "sql", "image": {"reference": "sql", "pullPolicy": "IfNotPresent"}}]}"""));
            PodStatus status = run.awaitInitialized(DEADLINE);
            assertThat(message(status, "migrate")).isEqualTo("postgres://u:s3cret@db/shop\nV1__a.sql\nPEM");
        }
    }

    @Test
    void aMissingSecretIsWaitedFor() {
        try (Kubelet kubelet = kubelet(Isolation.best())) {
            PodRun run = kubelet.start(pod("""
                    {"initContainers": [{"name": "migrate", "image": "shell", "args": ["cat /s/key >/dev/termination-log"],
                       "volumeMounts": [{"name": "s", "mountPath": "/s"}]}],
                     "containers": [], "volumes": [{"name": "s", "secret": {"secretName": "late"}}]}"""));
            PodStatus waiting = run.await(each -> isWaitingFor(each, "FailedMount"), DEADLINE);
            assertThat(waiting.initContainers().get(0).state())
                    .isEqualTo(new ContainerState.Waiting("FailedMount", "Secret shop/late not found"));
            assertThat(waiting.toJson().at("/initContainerStatuses/0/state/waiting"))
                    .as("the kubelet's own status does not tell it from one that waits for its turn")
                    .isEqualTo(JSON.createObjectNode().put("reason", "PodInitializing"));
            objects.withSecret("shop", "late", Map.of("key", "here"));
            assertThat(message(run.awaitInitialized(DEADLINE), "migrate")).isEqualTo("here");
        }
    }

    @Test
    void aChangedSecretIsSeenByTheNextAttempt() {
        try (Kubelet kubelet = kubelet(Isolation.best())) {
            PodRun run = kubelet.start(pod("""
                    {"initContainers": [{"name": "migrate", "image": "shell", "args": ["grep -q new /s/DATABASE_URL && test ! -e /s/ca.crt"],
                       "volumeMounts": [{"name": "s", "mountPath": "/s"}]}],
                     "containers": [], "volumes": [{"name": "s", "secret": {"secretName": "database"}}]}"""));
            run.await(status -> status.initContainers().get(0).restarts() > 0, DEADLINE);
            objects.withSecret("shop", "database", Map.of("DATABASE_URL", "postgres://new"));
            assertThat(run.awaitInitialized(DEADLINE).initialized()).isTrue();
        }
    }

    @Test
    void theLogStandsInForAMissingMessageWhereThePodSaysSo() {
        try (Kubelet kubelet = kubelet(Isolation.best())) {
            PodRun run = kubelet.start(pod("""
                    {"restartPolicy": "Never", "initContainers": [{"name": "migrate", "image": "shell",
                       "args": ["echo from the log; exit 3"], "terminationMessagePolicy": "FallbackToLogsOnError"}],
                     "containers": []}"""));
            assertThat(message(run.awaitInitialized(DEADLINE), "migrate")).isEqualTo("from the log");
        }
    }

    @Test
    void aSidecarKeepsRunningWhileLaterInitContainersRun() {
        Queue<String> printed = new ConcurrentLinkedQueue<>();
        var observer = new PodObserver() {
            @Override
            public void printed(PodRun pod, String container, OutputLine line) {
                printed.add(container + ": " + line.text());
            }
        };
        try (Kubelet kubelet = kubelet(Isolation.best())) {
            PodRun run = kubelet.start(pod("""
                            {"initContainers": [
                               {"name": "proxy", "image": "shell", "restartPolicy": "Always", "args": ["echo up; exec sleep 600"]},
                               {"name": "migrate", "image": "shell", "args": ["echo done"]}],
                             "containers": [{"name": "api", "image": "unknown"}]}"""), observer);
            run.awaitInitialized(DEADLINE);
            run.await(status -> isRunning(status, "proxy") && isRunning(status, "api"), DEADLINE);
            assertThat(printed).contains("migrate: done");
            assertThat(run.process("proxy")).isPresent();
        }
    }

    @Test
    void anUnknownImageOfAnInitContainerIsReported() {
        try (Kubelet kubelet = kubelet(Isolation.best())) {
            PodRun run = kubelet.start(pod("""
                        {"initContainers": [{"name": "migrate", "image": "nowhere/x:1"}], "containers": []}"""));
            PodStatus waiting = run.await(each -> isWaitingFor(each, "ErrImagePull"), DEADLINE);
            assertThat(waiting.toJson().toString()).contains("nowhere/x:1");
        }
    }

    @Test
    void runAsNonRootIsEnforced() {
        var images = Map.of("root", shell().withUser(0));
        try (Kubelet kubelet = new Kubelet(objects, images)) {
            PodRun run = kubelet.start(pod("""
                            {"securityContext": {"runAsNonRoot": true},
                             "initContainers": [{"name": "migrate", "image": "root", "args": ["true"]}], "containers": []}"""));
            run.await(each -> isWaitingFor(each, "CreateContainerConfigError"), DEADLINE);
        }
    }

    @Test
    void theRootIsTheContainersOwnAndReadOnlyWhereThePodSaysSo() {
        assumeTrue(Isolation.best() == Isolation.MOUNT_NAMESPACE, "needs Linux with mount name spaces");
        try (Kubelet kubelet = kubelet(Isolation.MOUNT_NAMESPACE)) {
            PodRun run = kubelet.start(pod("""
                    {"restartPolicy": "Never", "initContainers": [{"name": "migrate", "image": "shell",
                       "args": ["{ touch /x || echo read-only; touch /s/x || echo secret too; touch /usr/x || echo usr too; test -e /home || echo own root; } >/dev/termination-log 2>/dev/null; exit 0"],
                       "securityContext": {"readOnlyRootFilesystem": true, "allowPrivilegeEscalation": false},
                       "volumeMounts": [{"name": "s", "mountPath": "/s"}]}],
                     "containers": [], "volumes": [{"name": "s", "secret": {"secretName": "database"}}]}"""));
            assertThat(message(run.awaitInitialized(DEADLINE), "migrate").lines())
                    .containsExactly("read-only", "secret too", "usr too", "own root");
        }
    }

    @Test
    void underRootThePodsUserAndGroupsTakeEffect() throws IOException {
        assumeTrue(
                Isolation.best() == Isolation.MOUNT_NAMESPACE && FileModes.isRoot(temporary),
                "only root may become another user");
        try (Kubelet kubelet = kubelet(Isolation.MOUNT_NAMESPACE)) {
            PodRun run = kubelet.start(pod("""
                    {"restartPolicy": "Never", "securityContext": {"runAsUser": 1234, "fsGroup": 2000},
                     "initContainers": [{"name": "migrate", "image": "shell",
                       "args": ["{ id -u; id -g; id -G; cat /s/ca.crt; } >/dev/termination-log 2>&1"],
                       "volumeMounts": [{"name": "s", "mountPath": "/s"}]}],
                     "containers": [],
                     "volumes": [{"name": "s", "secret": {"secretName": "database", "defaultMode": 256}}]}"""));
            assertThat(message(run.awaitInitialized(DEADLINE), "migrate").lines())
                    .containsExactly("1234", "0", "0 2000", "PEM");
        }
    }

    @ParameterizedTest
    @MethodSource("isolations")
    void noStatusOrExceptionShowsASecret(Isolation isolation) {
        try (Kubelet kubelet = kubelet(isolation)) {
            PodRun run = kubelet.start(pod("""
                    {"initContainers": [{"name": "migrate", "image": "shell", "command": ["/nowhere/program"],
                       "args": ["$(DATABASE_URL)"], "envFrom": [{"secretRef": {"name": "database"}}]}], "containers": []}"""));
            run.await(status -> !isWaitingFor(status, "PodInitializing"), DEADLINE);
            assertThatThrownBy(() -> run.await(PodStatus::initialized, Duration.ofSeconds(1)))
                    .isInstanceOf(AssertionError.class)
                    .hasMessageContaining("migrate")
                    .hasMessageNotContaining("s3cret");
        }
    }

    private Kubelet kubelet(Isolation isolation) {
        return new Kubelet(objects, Map.of("shell", shell()), isolation, Backoff.QUICK);
    }

    private static LocalImage shell() {
        return LocalImage.of("/bin/sh", "-c");
    }

    private static String message(PodStatus status, String container) {
        return status.container(container)
                .orElseThrow()
                .termination()
                .orElseThrow()
                .message();
    }

    private static boolean isRunning(PodStatus status, String container) {
        return status.container(container).orElseThrow().state() instanceof ContainerState.Running;
    }

    private static boolean isWaitingFor(PodStatus status, String reason) {
        List<ContainerStatus> containers = status.initContainers();
        return containers.get(0).state() instanceof ContainerState.Waiting waiting
                && waiting.reason().equals(reason);
    }

    private static JsonNode pod(String spec) {
        return JSON.createObjectNode()
                .set("metadata", JSON.createObjectNode().put("name", "api-1").put("namespace", "shop"))
                .set("spec", JSON.readTree(spec));
    }
}
