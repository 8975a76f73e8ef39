package dev.slipway.e2e;

import static dev.slipway.e2e.Pods.MIGRATE;
import static dev.slipway.e2e.Pods.MIGRATOR_IMAGE;
import static dev.slipway.e2e.Pods.PREFLIGHT;
import static dev.slipway.e2e.Pods.container;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.slipway.e2e.cluster.Installation;
import dev.slipway.testkit.kubernetes.KubeApiServer;
import dev.slipway.testkit.kubernetes.Kubectl;
import dev.slipway.testkit.kubernetes.KubernetesTest;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The ValidatingAdmissionPolicy alone, with both webhook configurations deleted: what is left when somebody removes the
 * webhook.
 */
@KubernetesTest
class GateIT {
    private static final String NAMESPACE = "gate";
    private static final Duration ACTIVE = Duration.ofSeconds(60);
    private static final String POLICY = "10-validating-admission-policy.yaml";
    private static final String BINDING = "11-validating-admission-policy-binding.yaml";
    private static final Container GENUINE_PREFLIGHT = container("slipway-preflight", MIGRATOR_IMAGE, "preflight");
    private static final Container GENUINE_MIGRATE = container("slipway-migrate", MIGRATOR_IMAGE, "migrate");

    private static Kubectl kubectl;
    private static KubernetesClient client;

    @BeforeAll
    static void installWithoutTheWebhook(KubeApiServer server) {
        kubectl = server.kubectl();
        client = Installation.clientOf(server);
        server.createNamespace(NAMESPACE);
        kubectl.run("apply", "-k", Manifests.ROOT.toString());
        kubectl.run("delete", "mutatingwebhookconfigurations,validatingwebhookconfigurations", "slipway-webhook");
        await().atMost(ACTIVE).until(() -> !isAccepted(optedIn()));
        await().atMost(ACTIVE).until(() -> isAccepted(injected()));
    }

    @AfterAll
    static void uninstall() {
        client.close();
        kubectl.run("delete", "-k", Manifests.ROOT.toString(), "--ignore-not-found");
        kubectl.run("delete", "namespace", NAMESPACE);
    }

    @Test
    void aPodThatOptedInIsRefusedWithTheWayOut() {
        assertThatThrownBy(() -> tryCreate(optedIn()))
                .hasMessageContaining("slipway-migrate")
                .hasMessageContaining("the Slipway webhook did not inject this pod")
                .hasMessageContaining("MutatingWebhookConfiguration slipway-webhook")
                .hasMessageContaining("ghcr.io/slipway-dev/slipway-migrator");
    }

    @Test
    void podsThatDidNotOptInAreNoneOfItsBusiness() {
        assertThatCode(() -> tryCreate(plain())).doesNotThrowAnyException();
        assertThatCode(() -> tryCreate(Pods.annotated(plain(), Map.of("other.example/migrate", "true"))))
                .doesNotThrowAnyException();
        assertThatCode(() -> tryCreate(Pods.annotated(plain(), Map.of(MIGRATE, "false"))))
                .doesNotThrowAnyException();
    }

    @Test
    void aMisspeltOptInIsRefusedRatherThanIgnored() {
        assertThatThrownBy(() -> tryCreate(Pods.annotated(plain(), Map.of(MIGRATE, "True"))))
                .isInstanceOf(KubernetesClientException.class);
    }

    @Test
    void anInjectedPodIsAccepted() {
        assertThatCode(() -> tryCreate(injected())).doesNotThrowAnyException();
    }

    @Test
    void aMigratorPinnedByDigestIsAccepted() {
        String pinned = "ghcr.io/slipway-dev/slipway-migrator@sha256:" + "0".repeat(64);

        assertThatCode(() -> tryCreate(optedInWith(
                        container("slipway-preflight", pinned, "preflight"),
                        container("slipway-migrate", pinned, "migrate"))))
                .doesNotThrowAnyException();
    }

    static Stream<Arguments> lookAlikes() {
        return Stream.of(
                lookAlike(
                        "another image",
                        migrate -> migrate.edit().withImage("busybox").build()),
                lookAlike(
                        "an image whose name begins like ours",
                        migrate -> migrate.edit()
                                .withImage("ghcr.io/slipway-dev/slipway-migrator-nothing:0.1.0")
                                .build()),
                lookAlike(
                        "our image below another registry",
                        migrate -> migrate.edit()
                                .withImage("registry.example.com/ghcr.io/slipway-dev/slipway-migrator:0.1.0")
                                .build()),
                lookAlike(
                        "another name",
                        migrate -> migrate.edit().withName("slipway").build()),
                lookAlike(
                        "another command",
                        migrate -> migrate.edit().withCommand("true").build()),
                lookAlike(
                        "other arguments",
                        migrate -> migrate.edit().withArgs("migrate", "--help").build()),
                lookAlike("no arguments", migrate -> migrate.edit().withArgs().build()),
                lookAlike(
                        "a sidecar, which holds nothing up",
                        migrate -> migrate.edit().withRestartPolicy("Always").build()));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("lookAlikes")
    void aLookAlikeIsRefused(String what, UnaryOperator<Container> disguise) {
        assertThatThrownBy(() -> tryCreate(optedInWith(GENUINE_PREFLIGHT, disguise.apply(GENUINE_MIGRATE))))
                .as(what)
                .hasMessageContaining("slipway-migrate");
        assertThatThrownBy(() -> tryCreate(optedInWith(disguise.apply(GENUINE_PREFLIGHT), GENUINE_MIGRATE)))
                .as(what)
                .hasMessageContaining("slipway-preflight");
    }

    @Test
    void anOrdinaryContainerOfOurNameIsNoInitContainer() {
        Pod pod = optedIn()
                .edit()
                .editSpec()
                .addToContainers(GENUINE_PREFLIGHT, GENUINE_MIGRATE)
                .endSpec()
                .build();

        assertThatThrownBy(() -> tryCreate(pod)).isInstanceOf(KubernetesClientException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"inline", "off"})
    void withoutAPreflightContainerTheMigratorIsEnough(String preflight) {
        Pod pod = Pods.annotated(optedInWith(GENUINE_MIGRATE), Map.of(PREFLIGHT, preflight));

        assertThatCode(() -> tryCreate(pod)).doesNotThrowAnyException();
    }

    @Test
    void anInlinePreflightIsAccepted() {
        Container inline = container("slipway-migrate", MIGRATOR_IMAGE, "migrate", "--preflight");
        Pod pod = Pods.annotated(optedInWith(inline), Map.of(PREFLIGHT, "inline"));

        assertThatCode(() -> tryCreate(pod)).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(strings = {"container", "sometimes"})
    void otherwiseThePreflightContainerIsDemanded(String preflight) {
        Pod pod = Pods.annotated(optedInWith(GENUINE_MIGRATE), Map.of(PREFLIGHT, preflight));

        assertThatThrownBy(() -> tryCreate(pod)).hasMessageContaining("slipway-preflight");
    }

    @ParameterizedTest
    @ValueSource(strings = {"kube-system", "slipway-system"})
    void namespacesThatTheWebhookLeavesOutAreNoWayRound(String namespace) {
        Pod pod = Pods.annotated(Pods.plain(namespace, "sneaky"), Map.of(MIGRATE, "true"));

        assertThatThrownBy(() -> tryCreate(pod)).hasMessageContaining("slipway-migrate");
    }

    @Test
    void aMirroredMigratorImageIsAcceptedWhereTheOverlayNamesIt() {
        String mirror = "registry.example.com/slipway/slipway-migrator:0.2.0";
        Pod pod = optedInWith(
                container("slipway-preflight", mirror, "preflight"), container("slipway-migrate", mirror, "migrate"));
        assertThatThrownBy(() -> tryCreate(pod)).isInstanceOf(KubernetesClientException.class);

        kubectl.runWith(policyOf("private-registry"), "apply", "-f", "-");
        try {
            await().atMost(ACTIVE).until(() -> isAccepted(pod));
            assertThat(isAccepted(injected())).isFalse();
        } finally {
            kubectl.run("apply", "-f", Manifests.BASE.resolve(POLICY).toString());
            await().atMost(ACTIVE).until(() -> isAccepted(injected()));
        }
    }

    /** With its list of images in a ConfigMap the policy would refuse every injected pod from now on. */
    @Test
    void aPolicyThatWasDeletedAndAppliedAgainWorksAsBefore() {
        kubectl.run("delete", "validatingadmissionpolicies,validatingadmissionpolicybindings", "slipway-gate");
        await().atMost(ACTIVE).until(() -> isAccepted(optedIn()));

        kubectl.run("apply", "-f", Manifests.BASE.resolve(POLICY).toString());
        kubectl.run("apply", "-f", Manifests.BASE.resolve(BINDING).toString());

        await().atMost(ACTIVE).until(() -> !isAccepted(optedIn()));
        assertThatCode(() -> tryCreate(injected())).doesNotThrowAnyException();
    }

    @Test
    void anInjectedPodCannotLoseItsMigratorLater() {
        client.resource(rename(injected(), "swapped")).create();

        Kubectl.Result swap =
                kubectl.tryRun("set", "image", "pod/swapped", "slipway-migrate=busybox", "--namespace=" + NAMESPACE);

        assertThat(swap.exitCode()).isNotZero();
        assertThat(swap.errors()).contains("slipway-migrate");
    }

    @Test
    void aPodFromBeforeTheInstallationCanStillBeChangedAndDeleted() {
        client.resource(rename(plain(), "older")).create();
        kubectl.run("annotate", "pod/older", MIGRATE + "=true", "--namespace=" + NAMESPACE);

        kubectl.run("label", "pod/older", "team=shop", "--namespace=" + NAMESPACE);
        kubectl.run("delete", "pod/older", "--namespace=" + NAMESPACE, "--grace-period=0", "--force");
    }

    @Test
    void anInjectedPodCanBeDebugged() {
        client.resource(rename(injected(), "running")).create();

        kubectl.run("debug", "running", "--image=busybox", "--namespace=" + NAMESPACE, "--attach=false");
        kubectl.run(
                "debug",
                "running",
                "--copy-to=running-copy",
                "--image=busybox",
                "--namespace=" + NAMESPACE,
                "--attach=false");
    }

    @Test
    void aReplicaSetShowsWhyItsPodsDoNotCome() {
        kubectl.run("create", "deployment", "blocked", "--image=app", "--namespace=" + NAMESPACE, "--replicas=1");
        kubectl.run("patch", "deployment", "blocked", "--namespace=" + NAMESPACE, "-p", """
                {"spec":{"template":{"metadata":{"annotations":{"slipway.dev/migrate":"true"}}}}}""");

        await().atMost(ACTIVE)
                .untilAsserted(() -> assertThat(kubectl.run(
                                "get", "events", "--namespace=" + NAMESPACE, "--field-selector=reason=FailedCreate"))
                        .contains("the Slipway webhook did not inject this pod"));
    }

    @Test
    void theApiServerFindsNothingWrongWithTheExpressions() {
        kubectl.run(
                "wait",
                "validatingadmissionpolicy/slipway-gate",
                "--for=jsonpath={.status.observedGeneration}=1",
                "--timeout=60s");

        String warnings = kubectl.run(
                "get",
                "validatingadmissionpolicy/slipway-gate",
                "-o",
                "jsonpath={.status.typeChecking.expressionWarnings}");

        assertThat(warnings).isEmpty();
    }

    private static Arguments lookAlike(String what, UnaryOperator<Container> disguise) {
        return Arguments.of(what, disguise);
    }

    private static Pod plain() {
        return Pods.plain(NAMESPACE, "pod");
    }

    private static Pod optedIn() {
        return Pods.annotated(plain(), Map.of(MIGRATE, "true"));
    }

    private static Pod optedInWith(Container... initContainers) {
        return Pods.withInitContainers(optedIn(), initContainers);
    }

    private static Pod injected() {
        return optedInWith(GENUINE_PREFLIGHT, GENUINE_MIGRATE);
    }

    private static Pod rename(Pod pod, String name) {
        return pod.edit().editMetadata().withName(name).endMetadata().build();
    }

    private static void tryCreate(Pod pod) {
        client.resource(pod).dryRun().create();
    }

    private static boolean isAccepted(Pod pod) {
        try {
            tryCreate(pod);
            return true;
        } catch (KubernetesClientException refused) {
            return false;
        }
    }

    private static String policyOf(String overlay) {
        String rendered = kubectl.run("kustomize", Manifests.overlay(overlay).toString());
        return Arrays.stream(rendered.split("---\n", -1))
                .filter(document -> document.contains("kind: ValidatingAdmissionPolicy\n"))
                .findFirst()
                .orElseThrow();
    }
}
