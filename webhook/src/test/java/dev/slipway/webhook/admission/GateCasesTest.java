package dev.slipway.webhook.admission;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.zjsonpatch.JsonPatch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import tools.jackson.databind.JsonNode;

/**
 * What the webhook says to the pods of {@code gate-cases.yaml}; GateIT holds the ValidatingAdmissionPolicy against the same
 * table. Updates never reach the webhook.
 */
class GateCasesTest {
    private static final JsonNode TABLE = table();

    @TestFactory
    Stream<DynamicTest> theWebhookTellsOursFromNamesakes() {
        return cases().stream()
                .map(each -> DynamicTest.dynamicTest(each.path("what").asString(""), () -> check(each)));
    }

    @Test
    void thereAreManyOfBothKinds() {
        assertThat(cases()).filteredOn(each -> each.has("refused")).hasSizeGreaterThan(60);
        assertThat(cases()).filteredOn(each -> !each.has("refused")).hasSizeGreaterThan(12);
    }

    private static void check(JsonNode each) {
        JsonNode pod = applied(
                applied(
                        TABLE.path("pod"),
                        TABLE.path("bases").path(each.path("base").asString(""))),
                each.path("patch"));
        JsonNode response = Reviews.mutate(Reviews.handler(Map.of()), pod);
        boolean refused = each.has("refused") && !each.has("policy");

        assertThat(response.path("allowed").asBoolean()).isNotEqualTo(refused);
        if (refused) {
            assertThat(response.path("status").path("message").asString(""))
                    .contains(each.path("refused").asString(""));
        } else {
            assertThat(Reviews.patch(response).isPresent()).isEqualTo(each.has("policy") || each.has("webhook"));
        }
    }

    private static JsonNode applied(JsonNode pod, JsonNode patch) {
        return patch.isMissingNode() ? pod : JsonPatch.apply(patch, pod);
    }

    private static List<JsonNode> cases() {
        return TABLE.path("cases")
                .valueStream()
                .filter(each -> !each.has("then"))
                .toList();
    }

    private static JsonNode table() {
        try {
            return Reviews.yaml(Files.readString(Path.of("src/test/resources/gate-cases.yaml")));
        } catch (IOException unreadable) {
            throw new IllegalStateException(unreadable);
        }
    }
}
