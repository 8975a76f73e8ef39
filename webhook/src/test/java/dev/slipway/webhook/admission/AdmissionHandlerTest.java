package dev.slipway.webhook.admission;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

class AdmissionHandlerTest {
    private static final JsonNode POD = Reviews.yaml("""
            kind: Pod
            metadata:
              generateName: api-
              ownerReferences: [{kind: ReplicaSet, name: api-7d4}]
              annotations: {slipway.dev/migrate: "true", slipway.dev/database-secret: db}
            spec:
              containers: [{name: api, image: "api:1"}]
            """);

    private final AdmissionHandler handler = Reviews.handler(Map.of());

    @Test
    void theAnswerCarriesTheVersionOfTheQuestion() {
        ObjectNode review = Reviews.create(POD).put("apiVersion", "admission.k8s.io/v1beta1");

        JsonNode answer = reviewed(review).review();

        assertThat(answer.path("apiVersion").asString("")).isEqualTo("admission.k8s.io/v1beta1");
        assertThat(answer.path("kind").asString("")).isEqualTo("AdmissionReview");
    }

    @Test
    void patchTypeIsGivenOnlyWithAPatch() {
        JsonNode injected = Reviews.mutate(handler, POD);
        JsonNode skipped = Reviews.mutate(handler, Reviews.yaml("{kind: Pod, spec: {containers: []}}"));

        assertThat(injected.path("patchType").asString("")).isEqualTo("JSONPatch");
        assertThat(skipped.has("patchType")).isFalse();
        assertThat(skipped.path("allowed").asBoolean()).isTrue();
    }

    @Test
    void auditAnnotationsTellOutcomeAndReason() {
        JsonNode audit = Reviews.mutate(handler, POD).path("auditAnnotations");

        assertThat(audit.path("outcome").asString("")).isEqualTo("injected");
        assertThat(audit.path("reason").asString("")).isEqualTo("opted-in");
    }

    @Test
    void aDryRunIsAnsweredLikeAnyOtherAndRecordedAsOne() {
        ObjectNode review = Reviews.create(POD);
        ((ObjectNode) review.path("request")).put("dryRun", true);

        AdmissionAnswer.Reviewed dry = reviewed(review);

        assertThat(dry.review()).isEqualTo(reviewed(Reviews.create(POD)).review());
        assertThat(dry.admission().dryRun()).isTrue();
    }

    @Test
    void theRecordNamesThePodAndItsOwner() {
        AdmissionRecord admission = reviewed(Reviews.create(POD)).admission();

        assertThat(admission.namespace()).isEqualTo("shop");
        assertThat(admission.name()).isEqualTo("api-");
        assertThat(admission.owner()).isEqualTo("ReplicaSet/api-7d4");
        assertThat(admission.uid()).isEqualTo(Reviews.UID);
        assertThat(admission.outcome()).isEqualTo(AdmissionOutcome.INJECTED);
    }

    @ParameterizedTest
    @ValueSource(strings = {"UPDATE", "DELETE", "CONNECT", "SOMETHING"})
    void onlyCreationsAreInjected(String operation) {
        ObjectNode review = Reviews.create(POD);
        ((ObjectNode) review.path("request")).put("operation", operation);

        assertThat(reviewed(review).admission().reason()).isEqualTo("not-for-us");
    }

    @Test
    void subResourcesAndOtherKindsAreLeftAlone() {
        ObjectNode ephemeral = Reviews.create(POD);
        ((ObjectNode) ephemeral.path("request")).put("subResource", "ephemeralcontainers");
        ObjectNode service = Reviews.create(POD);
        ((ObjectNode) service.path("request").path("kind")).put("kind", "Service");
        ObjectNode deletion = Reviews.create(POD);
        ((ObjectNode) deletion.path("request")).putNull("object");

        assertThat(reviewed(ephemeral).admission().reason()).isEqualTo("not-for-us");
        assertThat(reviewed(service).admission().reason()).isEqualTo("not-for-us");
        assertThat(reviewed(deletion).admission().reason()).isEqualTo("not-for-us");
    }

    @Test
    void aFaultOfOursRefusesThePodAndEchoesTheUid() {
        var failing = new AdmissionHandler((template, otherVolumes) -> {
            throw new IllegalStateException("hunter2");
        });

        AdmissionAnswer.Reviewed answer =
                (AdmissionAnswer.Reviewed) failing.answer(Endpoint.MUTATE, Reviews.bytes(Reviews.create(POD)));

        JsonNode response = answer.review().path("response");
        assertThat(response.path("uid").asString("")).isEqualTo(Reviews.UID);
        assertThat(response.path("allowed").asBoolean()).isFalse();
        assertThat(response.path("status").path("code").asInt()).isEqualTo(500);
        assertThat(response.path("status").path("message").asString(""))
                .contains(Reviews.UID)
                .doesNotContain("hunter2");
        assertThat(answer.admission().outcome()).isEqualTo(AdmissionOutcome.ERROR);
        assertThat(answer.admission().failure()).isPresent();
    }

    @Test
    void aRefusalIsBoundedHoweverMuchIsWrong() {
        ObjectNode pod = (ObjectNode) POD.deepCopy();
        ObjectNode annotations = (ObjectNode) pod.path("metadata").path("annotations");
        for (int count = 0; count < 1000; count++) {
            annotations.put("slipway.dev/x" + count, "y".repeat(200));
        }

        String message =
                Reviews.mutate(handler, pod).path("status").path("message").asString("");

        assertThat(message).startsWith("1000 problems in pod shop/api-:").endsWith("… and 980 more");
        assertThat(message.length()).isLessThan(4096);
    }

    /** The API server refuses such a user later on; cut to 64 bits it would be root. */
    @ParameterizedTest
    @CsvSource({"0,65532", "18446744073709551616,''"})
    void aUserBeyond64BitsIsNotRoot(BigInteger user, String ofMigrator) {
        ObjectNode pod = (ObjectNode) POD.deepCopy();
        pod.withObject("/spec/securityContext").put("runAsUser", user);

        JsonNode patched = Reviews.patched(pod, Reviews.mutate(handler, pod));

        assertThat(patched.at("/spec/initContainers/0/securityContext/runAsUser")
                        .asString(""))
                .isEqualTo(ofMigrator);
    }

    @Test
    void aHugeValueIsNotRepeated() {
        ObjectNode pod = (ObjectNode) POD.deepCopy();
        ((ObjectNode) pod.path("metadata").path("annotations")).put("slipway.dev/phase", "x".repeat(100_000));

        assertThat(Reviews.mutate(handler, pod)
                        .path("status")
                        .path("message")
                        .asString("")
                        .length())
                .isLessThan(300);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "null",
                "[]",
                "\"text\"",
                "{}",
                "{\"apiVersion\":\"admission.k8s.io/v1\"}",
                "{\"apiVersion\":\"admission.k8s.io/v1\",\"request\":{}}",
                "{\"apiVersion\":\"admission.k8s.io/v1\",\"request\":{\"uid\":7}}",
                "{\"request\":{\"uid\":\"abc\"}}",
                "{\"apiVersion\":\"admission.k8s.io/v1\",\"request\":{\"uid\":\"abc\"}} trailing",
                "{\"apiVersion\":"
            })
    void whatIsNoReviewIsUnreadable(String body) {
        assertThat(handler.answer(Endpoint.MUTATE, body.getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(AdmissionAnswer.Unreadable.class);
    }

    @Test
    void aPodThatNobodyCouldPatchIsRefused() {
        JsonNode pod = Reviews.yaml("""
                kind: Pod
                metadata:
                  labels: [wrong]
                  annotations: {slipway.dev/migrate: "true"}
                spec:
                  initContainers: {wrong: true}
                  containers: [wrong]
                """);

        assertThat(Reviews.mutate(handler, pod).path("status").path("message").asString(""))
                .isEqualTo("""
                        3 problems in pod shop/:
                          spec.initContainers is not a list
                          spec.containers[0] is not an object
                          metadata.labels is not an object""");
    }

    private AdmissionAnswer.Reviewed reviewed(JsonNode review) {
        return (AdmissionAnswer.Reviewed) handler.answer(Endpoint.MUTATE, Reviews.bytes(review));
    }
}
