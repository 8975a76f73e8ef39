package dev.slipway.webhook.admission;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.MissingNode;
import tools.jackson.databind.node.ObjectNode;

/** Every mistake in opting in, with the answer that it gets: {@code opt-in-mistakes/mistakes.yaml} is the table. */
class MistakesTest {
    private static final Path TABLE = Path.of("src/test/resources/opt-in-mistakes/mistakes.yaml");
    private static final List<String> KINDS = List.of("Deployment", "StatefulSet", "DaemonSet", "Job", "CronJob");

    private final AdmissionHandler handler = Reviews.handler(Map.of());

    @TestFactory
    Stream<DynamicTest> noMistakePassesInSilence() throws IOException {
        var tests = new ArrayList<DynamicTest>();
        for (JsonNode row : Reviews.YAML.readTree(Files.readString(TABLE))) {
            for (Attempt attempt : attempts(row)) {
                tests.add(DynamicTest.dynamicTest(
                        row.path("mistake").asString("") + ", " + attempt.kind(), () -> check(row, attempt)));
            }
        }
        return tests.stream();
    }

    private record Attempt(String kind, JsonNode before, JsonNode object) {}

    private static List<Attempt> attempts(JsonNode row) {
        if (row.path("kinds").asBoolean()) {
            return KINDS.stream().map(kind -> workload(kind, row)).toList();
        }
        if (row.has("object")) {
            return List.of(new Attempt(row.at("/object/kind").asString(""), row.path("before"), row.path("object")));
        }
        ObjectNode pod = (ObjectNode) Reviews.yaml("""
                kind: Pod
                metadata: {annotations: {slipway.dev/migrate: "true", slipway.dev/database-secret: db}}
                spec: {containers: [{name: app}]}
                """);
        row.path("annotations")
                .properties()
                .forEach(entry -> pod.withObject("/metadata/annotations").set(entry.getKey(), entry.getValue()));
        row.path("spec").properties().forEach(entry -> pod.withObject("/spec").set(entry.getKey(), entry.getValue()));
        return List.of(new Attempt("Pod", MissingNode.getInstance(), pod));
    }

    private static Attempt workload(String kind, JsonNode row) {
        ObjectNode object = Reviews.JSON.createObjectNode().put("kind", kind);
        if (row.has("metadata")) {
            object.set("metadata", row.path("metadata"));
        }
        object.withObject(kind.equals("CronJob") ? "/spec/jobTemplate/spec" : "/spec")
                .set("template", row.path("template"));
        if (!row.has("before")) {
            return new Attempt(kind, MissingNode.getInstance(), object);
        }
        ObjectNode before = object.deepCopy();
        before.set("metadata", row.path("before"));
        return new Attempt(kind, before, object);
    }

    private void check(JsonNode row, Attempt attempt) {
        Endpoint endpoint = attempt.kind().equals("Pod") ? Endpoint.MUTATE : Endpoint.VALIDATE;
        ObjectNode review = attempt.before().isMissingNode()
                ? Reviews.create(attempt.object())
                : Reviews.update(attempt.before(), attempt.object());
        JsonNode response = Reviews.response(handler, endpoint, review);
        String message = response.path("status").path("message").asString("");
        String warnings = response.path("warnings").toString().replace("\\\"", "\"");

        String answer = row.path("answer").asString("");
        assertThat(response.path("allowed").asBoolean()).as(message).isEqualTo(!answer.equals("refused"));
        if (answer.equals("silent")) {
            assertThat(response.has("warnings")).as(warnings).isFalse();
        }
        if (answer.equals("warned")) {
            assertThat(response.at("/auditAnnotations/reason").asString("")).isEqualTo("opt-in-mistake");
        }
        String template = attempt.kind().equals("CronJob") ? "spec.jobTemplate.spec.template" : "spec.template";
        for (JsonNode part : row.path("says")) {
            assertThat(answer.equals("warned") ? warnings : message)
                    .contains(part.asString("").replace("$TEMPLATE", template));
        }
    }
}
