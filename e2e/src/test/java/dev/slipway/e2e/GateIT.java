package dev.slipway.e2e;

import static dev.slipway.e2e.Pods.MIGRATE;
import static dev.slipway.e2e.Pods.PREFLIGHT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.slipway.e2e.cluster.Installation;
import dev.slipway.testkit.kubernetes.Kubectl;
import dev.slipway.testkit.kubernetes.KubernetesCluster;
import dev.slipway.testkit.kubernetes.KubernetesTest;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.fabric8.zjsonpatch.JsonPatch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/**
 * The ValidatingAdmissionPolicy alone, with both webhook configurations deleted: what is left when someone removes the
 * webhook.
 */
@KubernetesTest
@Tag(OldestKubernetes.TAG)
class GateIT {
    private static final String NAMESPACE = "gate";
    private static final Duration ACTIVE = Duration.ofSeconds(60);
    private static final String POLICY = "10-validating-admission-policy.yaml";
    private static final String BINDING = "11-validating-admission-policy-binding.yaml";
    private static final Container GENUINE_PREFLIGHT = OwnContainers.preflight();
    private static final Container GENUINE_MIGRATE = OwnContainers.migrate();

    private static final Path WEBHOOK_RESOURCES = Manifests.ROOT.resolveSibling("webhook/src/test/resources");

    /** Written for the webhook, see its AdmissionCasesTest. */
    private static final Path ADMISSION_CASES = WEBHOOK_RESOURCES.resolve("admission-cases");

    private static Kubectl kubectl;
    private static KubernetesClient client;

    @BeforeAll
    static void installWithoutTheWebhook(KubernetesCluster cluster) {
        kubectl = cluster.kubectl();
        client = Installation.clientOf(cluster);
        cluster.createNamespace(NAMESPACE);
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
                .hasMessageContaining("MutatingWebhookConfiguration slipway-webhook");
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

    static Stream<Arguments> whatOthersMayDo() {
        return Stream.of(
                lookAlike("pulled from a mirror", OwnContainers::fromMirror),
                lookAlike("wrapped by another webhook", OwnContainers::wrapped),
                lookAlike(
                        "more variables",
                        container -> container
                                .edit()
                                .addNewEnv()
                                .withName("HTTPS_PROXY")
                                .withValue("http://proxy.example.com")
                                .endEnv()
                                .build()));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("whatOthersMayDo")
    void ourContainersStayOursWhatOtherWebhooksMayDoToThem(String what, UnaryOperator<Container> change) {
        Pod pod = optedInWith(change.apply(GENUINE_PREFLIGHT), change.apply(GENUINE_MIGRATE));

        assertThatCode(() -> tryCreate(pod)).as(what).doesNotThrowAnyException();
    }

    static Stream<Path> admissionCases() throws IOException {
        try (var folders = Files.list(ADMISSION_CASES)) {
            return folders.sorted().toList().stream();
        }
    }

    /**
     * The policy sees pods after the webhook has. Every pod that the webhook lets through, changed or not, the policy
     * must let through as well, and what the webhook refuses must not get by without it.
     */
    @ParameterizedTest
    @MethodSource("admissionCases")
    void thePolicyAgreesWithTheWebhook(Path folder) throws IOException {
        boolean rejected = Files.exists(folder.resolve("expected-rejection.txt"));
        Path file = folder.resolve(rejected ? "pod.yaml" : "expected-pod.yaml");
        // A platform whose image has another name must configure the policy; this installation does not.
        String pod = Files.readString(file).replace("mirror.example/migrator:", "mirror.example/slipway-migrator:");
        Optional<String> refusal = refusalOf(pod);

        if (rejected) {
            assertThat(refusal).isPresent();
        } else {
            // Some cases are no pods that an API server takes, for other reasons; it says so before it asks the policy.
            assertThat(refusal.orElse("")).doesNotContain("slipway-gate");
        }
    }

    static Stream<Arguments> gateCases() throws IOException {
        JsonNode table = new YAMLMapper().readTree(Files.readString(WEBHOOK_RESOURCES.resolve("gate-cases.yaml")));
        return table.path("cases")
                .valueStream()
                .map(each -> Arguments.of(each.path("what").asString(), each, basis(table, each)));
    }

    private static JsonNode basis(JsonNode table, JsonNode each) {
        JsonNode basis = patched(
                table.path("pod"), table.path("bases").path(each.path("base").asString()));
        return patched(basis, each.path("patch"));
    }

    private static JsonNode patched(JsonNode pod, JsonNode patch) {
        return patch.isMissingNode() ? pod : JsonPatch.apply(patch, pod);
    }

    /** The webhook's GateCasesTest asks the webhook the same. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("gateCases")
    void aPodBesideTheGate(String what, JsonNode each, JsonNode pod) {
        Optional<String> refusal = each.has("then") ? refusalOfUpdate(pod, each) : refusalOf(pod.toString());

        if (each.has("refused")) {
            assertThat(refusal.orElse("admitted"))
                    .contains("slipway-gate", each.path("refused").asString());
        } else {
            assertThat(refusal).isEmpty();
        }
    }

    private static Optional<String> refusalOfUpdate(JsonNode pod, JsonNode each) {
        // On a cluster with nodes its scheduler would bind the pod first.
        Pod unscheduled = Serialization.unmarshal(pod.toString(), Pod.class)
                .edit()
                .editSpec()
                .withSchedulerName("gate-cases")
                .endSpec()
                .build();
        Pod present = client.resource(unscheduled).create();
        try {
            if (each.has("bind")) {
                bind(present, each.path("bind"));
            }
            client.resource(present)
                    .patch(PatchContext.of(PatchType.JSON), each.path("then").toString());
            return Optional.empty();
        } catch (KubernetesClientException refused) {
            return Optional.of(String.valueOf(refused.getMessage()));
        } finally {
            client.resource(present).withGracePeriod(0).delete();
        }
    }

    /** To a node, as schedulers do: the annotations of the binding become the pod's. */
    private static void bind(Pod pod, JsonNode annotations) {
        String name = pod.getMetadata().getName();
        client.raw("/api/v1/namespaces/" + NAMESPACE + "/pods/" + name + "/binding", "POST", """
                {"apiVersion": "v1", "kind": "Binding", "metadata": {"name": "%s", "annotations": %s},
                 "target": {"kind": "Node", "name": "node-1"}}""".formatted(
                        name, annotations));
    }

    /** What the API server says to a pod of any shape. */
    private static Optional<String> refusalOf(String yaml) {
        GenericKubernetesResource pod = Serialization.unmarshal(yaml, GenericKubernetesResource.class);
        if (pod.getMetadata() != null) {
            pod.getMetadata().setNamespace(NAMESPACE);
        }
        try {
            client.raw("/api/v1/namespaces/" + NAMESPACE + "/pods?dryRun=All&fieldValidation=Ignore", "POST", pod);
            return Optional.empty();
        } catch (KubernetesClientException refused) {
            return Optional.of(String.valueOf(refused.getMessage()));
        }
    }

    @Test
    void mostAdmissionCasesArePodsThatTheApiServerTakes() throws IOException {
        int taken = 0;
        for (Path folder : admissionCases().toList()) {
            Path expected = folder.resolve("expected-pod.yaml");
            if (Files.exists(expected) && refusalOf(Files.readString(expected)).isEmpty()) {
                taken++;
            }
        }

        assertThat(taken).isGreaterThan(50);
    }

    static Stream<Arguments> lookAlikes() {
        return Stream.of(
                lookAlike(
                        "another name",
                        migrate -> migrate.edit().withName("slipway").build()),
                lookAlike("other arguments", OwnContainers::withOtherArguments),
                lookAlike("without the pod's name", OwnContainers::withoutPodName),
                lookAlike(
                        "another name for the pod",
                        migrate -> migrate.edit()
                                .editFirstEnv()
                                .withValue("pod-0")
                                .withValueFrom(null)
                                .endEnv()
                                .build()),
                lookAlike("no arguments", migrate -> migrate.edit().withArgs().build()),
                lookAlike("a sidecar, which holds nothing up", OwnContainers::asSidecar));
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

    @Test
    void withoutAPreflightTheMigratorIsEnough() {
        Pod pod = Pods.annotated(optedInWith(GENUINE_MIGRATE), Map.of(PREFLIGHT, "off"));

        assertThatCode(() -> tryCreate(pod)).doesNotThrowAnyException();
    }

    @Test
    void anInlinePreflightIsAccepted() {
        Container inline =
                GENUINE_MIGRATE.edit().withArgs("migrate", "--preflight").build();

        assertThatCode(() -> tryCreate(optedInWith(inline))).doesNotThrowAnyException();
        assertThatCode(() -> tryCreate(Pods.annotated(optedInWith(inline), Map.of(PREFLIGHT, "inline"))))
                .doesNotThrowAnyException();
        assertThatThrownBy(() -> tryCreate(Pods.annotated(optedInWith(inline), Map.of(PREFLIGHT, "container"))))
                .hasMessageContaining("slipway-preflight");
    }

    @ParameterizedTest
    @ValueSource(strings = {"container", "inline", "sometimes"})
    void otherwiseAPreflightIsDemanded(String preflight) {
        Pod pod = Pods.annotated(optedInWith(GENUINE_MIGRATE), Map.of(PREFLIGHT, preflight));

        assertThatThrownBy(() -> tryCreate(pod)).hasMessageContaining("slipway-preflight");
    }

    @ParameterizedTest
    @ValueSource(strings = {"kube-system", "slipway-system"})
    void namespacesThatTheWebhookLeavesOutAreNoWayRound(String namespace) {
        Pod pod = Pods.annotated(Pods.plain(namespace, "sneaky"), Map.of(MIGRATE, "true"));

        assertThatThrownBy(() -> tryCreate(pod)).hasMessageContaining("slipway-migrate");
    }

    /**
     * With parameters in a ConfigMap it would refuse every injected pod from then on (kubernetes/kubernetes#130887).
     */
    @Test
    void aPolicyThatWasDeletedAndAppliedAgainWorksAsBefore() {
        kubectl.run("delete", "validatingadmissionpolicies,validatingadmissionpolicybindings", "slipway-gate");
        await().atMost(ACTIVE).until(() -> isAccepted(optedIn()));

        kubectl.run("apply", "-f", Manifests.BASE.resolve(POLICY).toString());
        kubectl.run("apply", "-f", Manifests.BASE.resolve(BINDING).toString());

        await().atMost(ACTIVE).until(() -> !isAccepted(optedIn()));
        assertThatCode(() -> tryCreate(injected())).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(strings = {"slipway-preflight", "slipway-migrate"})
    void anInjectedPodCannotLoseItsMigratorLater(String container) {
        String name = "swapped-" + container;
        client.resource(rename(injected(), name)).create();

        Kubectl.Result swap =
                kubectl.tryRun("set", "image", "pod/" + name, container + "=busybox", "--namespace=" + NAMESPACE);

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

    /** The API server counts the steps of the expressions, and a pod that takes too many is refused. */
    @ParameterizedTest
    @ValueSource(ints = {100, 2000})
    void podsOfManyVariablesAndContainersFitIntoTheBudget(int many) throws IOException {
        Path golden = ADMISSION_CASES.resolve("database-from-native-sidecar/expected-pod.yaml");
        ObjectNode pod = (ObjectNode) new YAMLMapper().readTree(Files.readString(golden));
        pod.path("spec")
                .path("initContainers")
                .valueStream()
                .filter(container -> container.path("name").asString().startsWith("slipway-"))
                .map(container -> (ArrayNode) container.path("env"))
                .forEach(env -> IntStream.range(0, many)
                        .forEach(number ->
                                env.addObject().put("name", "VAR_" + number).put("value", "x")));
        ArrayNode containers = (ArrayNode) pod.path("spec").path("containers");
        IntStream.range(0, many)
                .forEach(number ->
                        containers.addObject().put("name", "c-" + number).put("image", "app"));

        assertThat(refusalOf(pod.toString())).isEmpty();
    }

    @Test
    void aPodOfManyAnnotationsOfOthersFitsIntoTheBudgetToo() {
        var annotations = new HashMap<String, String>();
        IntStream.range(0, 2000).forEach(number -> annotations.put("notes.example.com/number-" + number, "x"));

        assertThat(refusalOf(Serialization.asYaml(Pods.annotated(plain(), annotations))))
                .isEmpty();
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
}
