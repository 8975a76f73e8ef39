package dev.slipway.webhook.admission;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

class WorkloadValidationTest {
    private static final String TEMPLATE = """
            metadata:
              annotations: {slipway.dev/migrate: "true", slipway.dev/database-secret: db%s}
            spec:
              containers: [{name: api, image: "api:1"}]
            """;

    private final AdmissionHandler handler = Reviews.handler(Map.of());

    @ParameterizedTest
    @ValueSource(strings = {"Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "Job", "CronJob", "Pod"})
    void aWrongAnnotationIsRefusedWhenTheWorkloadIsApplied(String kind) {
        JsonNode good = validate(Reviews.create(workload(kind, "")));
        JsonNode bad = validate(Reviews.create(workload(kind, ", slipway.dev/wait-timout: 5m")));

        assertThat(good.path("allowed").asBoolean()).isTrue();
        assertThat(good.has("patch")).isFalse();
        assertThat(bad.path("allowed").asBoolean()).isFalse();
        assertThat(bad.path("status").path("message").asString(""))
                .contains("slipway.dev/wait-timout is unknown; did you mean slipway.dev/wait-timeout?");
    }

    @Test
    void aWorkloadThatRunsAlreadyStaysChangeable() {
        JsonNode before = workload("Deployment", ", slipway.dev/wait-timout: 5m");
        ObjectNode after = (ObjectNode) before.deepCopy();
        ((ObjectNode) after.path("spec")).put("replicas", 5);

        JsonNode scaled = validate(Reviews.update(before, after));

        assertThat(scaled.path("allowed").asBoolean()).isTrue();
        assertThat(scaled.path("auditAnnotations").path("reason").asString("")).isEqualTo("template-unchanged");
    }

    @Test
    void anUpdateOfTheTemplateIsChecked() {
        JsonNode response = validate(
                Reviews.update(workload("Deployment", ""), workload("Deployment", ", slipway.dev/preflight: maybe")));

        assertThat(response.path("allowed").asBoolean()).isFalse();
    }

    @Test
    void anObjectOnItsWayOutIsNotHeldBack() {
        ObjectNode dying = workload("Deployment", ", slipway.dev/wait-timout: 5m");
        dying.withObject("metadata").put("deletionTimestamp", "2026-01-01T00:00:00Z");

        JsonNode response = validate(Reviews.update(workload("Deployment", ""), dying));

        assertThat(response.path("auditAnnotations").path("reason").asString(""))
                .isEqualTo("being-deleted");
    }

    @Test
    void aClaimedVolumeOfAStatefulSetIsKnown() {
        ObjectNode set = workload("StatefulSet", ", slipway.dev/migrations-from: \"volume:data\"");
        JsonNode refused = validate(Reviews.create(set));
        set.withObject("spec")
                .withArray("volumeClaimTemplates")
                .addObject()
                .putObject("metadata")
                .put("name", "data");

        assertThat(refused.path("allowed").asBoolean()).isFalse();
        assertThat(validate(Reviews.create(set)).path("allowed").asBoolean()).isTrue();
    }

    @Test
    void aProgressDeadlineBelowTheWaitIsWarnedOf() {
        ObjectNode implicit = workload("Deployment", ", slipway.dev/wait-timeout: 15m");
        ObjectNode enough = implicit.deepCopy();
        enough.withObject("spec").put("progressDeadlineSeconds", 1200);

        assertThat(warnings(implicit))
                .containsExactly("spec.progressDeadlineSeconds 600 is below slipway.dev/wait-timeout 15m: the rollout"
                        + " counts as failed while pods still wait for the schema");
        assertThat(warnings(enough)).isEmpty();
        assertThat(warnings(workload("Deployment", ""))).isEmpty();
    }

    @Test
    void anActiveDeadlineBelowTheWaitIsWarnedOf() {
        ObjectNode job = workload("Job", "");
        job.withObject("spec").put("activeDeadlineSeconds", 60);
        ObjectNode cron = workload("CronJob", "");
        cron.withObject("/spec/jobTemplate/spec").put("activeDeadlineSeconds", 60);

        assertThat(warnings(job)).singleElement().asString().startsWith("spec.activeDeadlineSeconds 60 is below");
        assertThat(warnings(cron))
                .singleElement()
                .asString()
                .startsWith("spec.jobTemplate.spec.activeDeadlineSeconds 60 is below");
    }

    @Test
    void objectsWithoutATemplateAreAllowed() {
        JsonNode response = validate(Reviews.create(Reviews.yaml("{kind: Service, spec: {}}")));

        assertThat(response.path("allowed").asBoolean()).isTrue();
        assertThat(response.path("auditAnnotations").path("reason").asString(""))
                .isEqualTo("not-for-us");
    }

    /** The API server cuts single warnings at 256 characters when there are many. */
    @Test
    void warningsAreShort() {
        ObjectNode deployment = workload("Deployment", ", slipway.dev/wait-timeout: 1h");
        deployment
                .withObject("/spec/template/spec")
                .withArray("containers")
                .addObject()
                .put("name", "cloud-sql-proxy");

        assertThat(warnings(deployment))
                .hasSize(2)
                .allSatisfy(warning -> assertThat(warning.length()).isLessThan(256));
    }

    private List<String> warnings(JsonNode workload) {
        JsonNode response = validate(Reviews.create(workload));
        assertThat(response.path("allowed").asBoolean()).isTrue();
        return response.path("warnings")
                .valueStream()
                .map(each -> each.asString(""))
                .toList();
    }

    private JsonNode validate(JsonNode review) {
        return Reviews.response(handler, Endpoint.VALIDATE, review);
    }

    private static ObjectNode workload(String kind, String moreAnnotations) {
        ObjectNode template = (ObjectNode) Reviews.yaml(TEMPLATE.formatted(moreAnnotations));
        ObjectNode workload = Reviews.JSON.createObjectNode().put("kind", kind);
        switch (kind) {
            case "Pod" -> workload.setAll(template);
            case "CronJob" -> workload.withObject("/spec/jobTemplate/spec").set("template", template);
            default -> workload.withObject("/spec").set("template", template);
        }
        return workload;
    }
}
