package dev.slipway.webhook.watch;

import static dev.slipway.webhook.watch.Snapshots.NOON;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Pods that hang before the migrator has said a word, as their status shows them. */
class HindranceTest {
    /** Never asked: the owner of these pods is a StatefulSet. */
    private static final KubernetesClient CLIENT =
            new KubernetesClientBuilder().withConfig(Config.empty()).build();

    private static final Duration LONG = Duration.ofSeconds(30);
    private static final String SPEC = """
            volumes:
              - {name: slipway-tmp, emptyDir: {medium: Memory}}
              - {name: slipway-database, secret: {secretName: shop-db}}
              - {name: slipway-migrations, configMap: {name: shop-sql}}
              - {name: certificates, secret: {secretName: of-the-application}}
            """;
    private static final String NOT_BEGUN = """
            phase: Pending
            conditions: [{type: PodScheduled, status: "True"}, {type: PodReadyToStartContainers, status: "False"}]
            initContainerStatuses: [{name: slipway-migrate, state: {waiting: {reason: PodInitializing}}}]
            """;

    @ParameterizedTest
    @CsvSource(textBlock = """
            slipway-migrate,   ErrImagePull,               image
            slipway-migrate,   ImagePullBackOff,           image
            slipway-copy,      InvalidImageName,           image
            slipway-migrate,   CreateContainerConfigError, configuration
            slipway-preflight, RunContainerError,          container
            slipway-migrate,   PodInitializing,            ''
            slipway-migrate,   CrashLoopBackOff,           ''
            slipway-migrate,   AWordOfTheFuture,           ''
            their-init,        ErrImagePull,               ''
            """)
    void theReasonOfTheKubeletDecides(String container, String reason, String kind) {
        Optional<Hindrance> found = hindrance(waiting(container, reason, "said"));

        assertThat(found.map(each -> each.kind().label()).orElse("")).isEqualTo(kind);
        found.ifPresent(each -> {
            assertThat(each.container()).isEqualTo(container);
            assertThat(each.reason()).isEqualTo(reason);
        });
    }

    @Test
    void aVolumeThatIsMissingShowsOnlyInWhatHasNotBegun() {
        assertThat(hindrance(NOT_BEGUN))
                .hasValue(new Hindrance(Hindrance.Kind.VOLUME, "", "", "Secret shop-db and ConfigMap shop-sql"));
        for (String edit : List.of(
                "{type: PodScheduled, status: \"True\"}>{type: PodScheduled, status: \"False\"}",
                "{type: PodReadyToStartContainers, status: \"False\"}>{type: PodReadyToStartContainers, status: \"True\"}",
                "phase: Pending>phase: Running",
                "phase: Pending>phase: Failed")) {
            String[] words = edit.split(">", -1);
            assertThat(hindrance(NOT_BEGUN.replace(words[0], words[1])))
                    .as(edit)
                    .isEmpty();
        }
        assertThat(hindrance("{}")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            ErrImagePull               | no such image                | slipway-migrate of pod api-1 has not started for over 30 s: no such image (ErrImagePull). Way out: check name and tag of the image (slipway.dev/image, slipway.dev/migrations-from), the imagePullSecrets of the pod, and whether its node reaches the registry. The kubelet goes on by itself
            CreateContainerConfigError | secret "shop-env" not found  | slipway-migrate of pod api-1 has not started for over 30 s: secret "shop-env" not found (CreateContainerConfigError). Way out: a Secret or ConfigMap that is missing belongs into namespace shop; what needs it stands in the container that slipway.dev/database-from names. The kubelet goes on by itself
            RunContainerError          | no such file                 | slipway-migrate of pod api-1 has not started for over 30 s: no such file (RunContainerError). Way out: kubectl describe pod -n shop api-1 tells more. The kubelet goes on by itself
            """)
    void theEventSaysWhatTheKubeletSawAndTheWayOut(String reason, String seen, String message) {
        PodSnapshot pod = pod("api-1", waiting("slipway-migrate", reason, seen));

        Occurrence stuck = Occurrence.stuck(pod, pod.hindrance().orElseThrow(), LONG, NOON);

        assertThat(stuck.message()).isEqualTo(message);
        assertThat(stuck.reason()).isEqualTo("MigrationStuck");
        assertThat(stuck.warning()).isTrue();
        assertThat(stuck.onPod()).isTrue();
    }

    @Test
    void theEventNamesWhatOurVolumesNeed() {
        PodSnapshot pod = pod("api-1", NOT_BEGUN);

        assertThat(Occurrence.stuck(pod, pod.hindrance().orElseThrow(), LONG, NOON)
                        .message())
                .isEqualTo("no container of pod api-1 has started for over 30 s: its node could not mount a volume, or"
                        + " gives it no network. Way out: create what is missing of Secret shop-db and ConfigMap shop-sql in"
                        + " namespace shop; kubectl describe pod -n shop api-1 tells what is missing, as FailedMount. The"
                        + " kubelet goes on by itself");
    }

    /** The kubelet's words come from registries and runtimes. */
    @Test
    void whatTheKubeletSaysIsOneBoundedLine() {
        PodSnapshot pod = pod("api-1", waiting("slipway-migrate", "ErrImagePull", "a\\nb\\u202e" + "x".repeat(5000)));

        String message =
                Occurrence.stuck(pod, pod.hindrance().orElseThrow(), LONG, NOON).message();

        assertThat(message).contains("a bx").doesNotContain("\n", "\u202e").contains("Way out: check name");
        assertThat(PlainText.bytes(message)).isLessThanOrEqualTo(1024);
    }

    /** The two words of a pull that fails alternate, and are one hindrance. */
    @Test
    void aHindranceIsAnnouncedOnceAfterItHasLasted() {
        var followed = new FollowedPod();
        see(followed, "ErrImagePull", NOON);
        see(followed, "ImagePullBackOff", NOON.plusSeconds(20));

        assertThat(followed.announceIfHinderedSince(NOON.minusSeconds(1))).isEmpty();
        assertThat(followed.announceIfHinderedSince(NOON)).isPresent();
        assertThat(followed.announceIfHinderedSince(NOON)).isEmpty();

        see(followed, "PodInitializing", NOON.plusSeconds(40));
        assertThat(followed.announceIfHinderedSince(NOON.plusSeconds(60))).isEmpty();
        see(followed, "CreateContainerConfigError", NOON.plusSeconds(80));
        assertThat(followed.announceIfHinderedSince(NOON.plusSeconds(60))).isEmpty();
        assertThat(followed.announceIfHinderedSince(NOON.plusSeconds(80))).isPresent();
    }

    private static void see(FollowedPod followed, String reason, Instant now) {
        followed.see(pod("api-1", waiting("slipway-migrate", reason, "")), NOON, now);
        followed.findWorkload(new WorkloadLookup(CLIENT));
    }

    private static String waiting(String container, String reason, String message) {
        return "initContainerStatuses: [{name: %s, state: {waiting: {reason: %s, message: \"%s\"}}}]"
                .formatted(container, reason, message.replace("\"", "\\\""));
    }

    private static Optional<Hindrance> hindrance(String status) {
        return pod("api-1", status).hindrance();
    }

    private static PodSnapshot pod(String name, String status) {
        PodSnapshot plain = Snapshots.of(name, "[]");
        return new PodSnapshot(
                plain.uid(),
                plain.namespace(),
                name,
                plain.controller(),
                List.of(),
                PodReader.hindrance(Snapshots.yaml(SPEC), Snapshots.yaml(status)));
    }
}
