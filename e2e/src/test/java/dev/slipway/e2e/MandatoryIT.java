package dev.slipway.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.slipway.e2e.cluster.Installation;
import dev.slipway.testkit.kubernetes.Kubectl;
import dev.slipway.testkit.kubernetes.KubernetesCluster;
import dev.slipway.testkit.kubernetes.KubernetesTest;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
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
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** The policy of the overlay "mandatory" alone: which pods have to opt in. */
@KubernetesTest
@Tag(OldestKubernetes.TAG)
class MandatoryIT {
    private static final Duration ACTIVE = Duration.ofSeconds(60);
    private static final Path OVERLAY = Manifests.overlay("mandatory");
    private static final String FREE = "not-mandatory";
    private static final String WITHOUT_ANNOTATION = "mandatory";

    /** Namespaces by the value of their annotation. */
    private static final Map<String, String> NAMESPACES = new HashMap<>();

    private static Kubectl kubectl;
    private static KubernetesClient client;
    private static final AtomicInteger PODS = new AtomicInteger();

    @BeforeAll
    static void apply(KubernetesCluster cluster) {
        kubectl = cluster.kubectl();
        client = Installation.clientOf(cluster);
        for (String file :
                new String[] {"validating-admission-policy.yaml", "validating-admission-policy-binding.yaml"}) {
            kubectl.run("apply", "-f", OVERLAY.resolve(file).toString());
        }
        cluster.createNamespace(FREE);
        namespace(WITHOUT_ANNOTATION, Map.of());
        await().atMost(ACTIVE).until(() -> refusal(WITHOUT_ANNOTATION, "{}").isPresent());
    }

    @AfterAll
    static void delete() {
        kubectl.run("delete", "validatingadmissionpolicies,validatingadmissionpolicybindings", "slipway-mandatory");
        NAMESPACES.values().forEach(name -> kubectl.run("delete", "namespace", name));
        kubectl.run("delete", "namespace", FREE, WITHOUT_ANNOTATION);
        client.close();
    }

    static Stream<Arguments> cases() throws IOException {
        JsonNode table = new YAMLMapper().readTree(Files.readString(Manifests.resource("mandatory-cases.yaml")));
        return table.valueStream().map(each -> Arguments.of(each.path("what").asString(), each));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void whatTheNamespaceDemands(String what, JsonNode each) throws IOException {
        String namespace = each.has("for") ? namespaceFor(each.path("for").asString()) : WITHOUT_ANNOTATION;
        String overlay =
                each.path("pod").isMissingNode() ? "{}" : each.path("pod").toString();

        Optional<String> refusal = each.has("debug")
                ? refusalOfDebugging(namespace, overlay, each.path("debug"))
                : refusal(namespace, overlay);

        if (each.has("refused")) {
            assertThat(refusal.orElse("admitted"))
                    .contains("slipway-mandatory", each.path("refused").asString());
        } else {
            assertThat(refusal).isEmpty();
        }
    }

    @Test
    void otherNamespacesDemandNothing() {
        assertThat(refusal(FREE, "{}")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"deployment", "job"})
    void aWorkloadShowsWhyItsPodsDoNotCome(String kind) {
        kubectl.run("create", kind, "blocked", "--image=app", "--namespace=" + WITHOUT_ANNOTATION);

        await().atMost(ACTIVE)
                .untilAsserted(() -> assertThat(kubectl.run(
                                "get",
                                "events",
                                "--namespace=" + WITHOUT_ANNOTATION,
                                "--field-selector=reason=FailedCreate"))
                        .contains(kind.equals("job") ? "job/blocked" : "replicaset/blocked")
                        .contains("demands slipway.dev/migrate"));
    }

    @Test
    void theApiServerFindsNothingWrongWithTheExpressions() {
        kubectl.run(
                "wait",
                "validatingadmissionpolicy/slipway-mandatory",
                "--for=jsonpath={.status.observedGeneration}=1",
                "--timeout=60s");

        assertThat(kubectl.run(
                        "get",
                        "validatingadmissionpolicy/slipway-mandatory",
                        "-o",
                        "jsonpath={.status.typeChecking.expressionWarnings}"))
                .isEmpty();
    }

    private static String namespaceFor(String rules) {
        return NAMESPACES.computeIfAbsent(rules, each -> {
            String name = "mandatory-" + NAMESPACES.size();
            namespace(name, Map.of("slipway.dev/mandatory-for", each));
            // The policy must have seen the namespace before its answer means something.
            await().atMost(ACTIVE)
                    .until(() -> kubectl.run("get", "namespace", name).contains("Active"));
            return name;
        });
    }

    private static void namespace(String name, Map<String, String> annotations) {
        client.resource(new NamespaceBuilder()
                        .withNewMetadata()
                        .withName(name)
                        .addToLabels("slipway.dev/mandatory", "true")
                        .withAnnotations(annotations)
                        .endMetadata()
                        .build())
                .create();
    }

    private static Optional<String> refusal(String namespace, String overlay) {
        return refused(() -> client.resource(pod(namespace, overlay)).dryRun().create());
    }

    private static Optional<String> refusalOfDebugging(String namespace, String overlay, JsonNode debug) {
        Pod pod = client.resource(pod(namespace, overlay)).create();
        String file =
                "/api/v1/namespaces/" + namespace + "/pods/" + pod.getMetadata().getName();
        ObjectNode present = object(client.getKubernetesSerialization().asJson(pod));
        // The scheduler has written into it meanwhile.
        ((ObjectNode) present.path("metadata")).remove("resourceVersion");
        ((ObjectNode) present.path("spec")).putArray("ephemeralContainers").add(debug);
        return refused(() -> client.raw(file + "/ephemeralcontainers?dryRun=All", "PUT", present));
    }

    private static Optional<String> refused(Runnable attempt) {
        try {
            attempt.run();
            return Optional.empty();
        } catch (KubernetesClientException refused) {
            return Optional.of(String.valueOf(refused.getMessage()));
        }
    }

    private static Pod pod(String namespace, String overlay) {
        ObjectNode pod = object("""
                {"apiVersion": "v1", "kind": "Pod", "metadata": {},
                 "spec": {"automountServiceAccountToken": false, "containers": [{"name": "api", "image": "app"}]}}""");
        for (String part : List.of("metadata", "spec")) {
            ObjectNode target = (ObjectNode) pod.path(part);
            object(overlay).path(part).properties().forEach(entry -> target.set(entry.getKey(), entry.getValue()));
        }
        ((ObjectNode) pod.path("metadata")).put("namespace", namespace).put("name", "pod-" + PODS.incrementAndGet());
        return Serialization.unmarshal(pod.toString(), Pod.class);
    }

    private static ObjectNode object(String json) {
        return (ObjectNode) new JsonMapper().readTree(json);
    }
}
