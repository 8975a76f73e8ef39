package dev.slipway.webhook.admission;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Rules that hold for every pod, tried on generated ones. A failure names its seed;
 * {@code -Dslipway.property.seed=SEED -Dslipway.property.runs=1} repeats it.
 */
class GeneratedPodsTest {
    private static final long SEED = Long.getLong("slipway.property.seed", 20261121);
    private static final int RUNS = Integer.getInteger("slipway.property.runs", 3000);
    private static final Set<String> OURS = Set.of("slipway-copy", "slipway-preflight", "slipway-migrate");

    private final AdmissionHandler withImageVolumes = Reviews.handler(Map.of("SLIPWAY_WEBHOOK_IMAGE_VOLUMES", "on"));
    private final AdmissionHandler withoutImageVolumes =
            Reviews.handler(Map.of("SLIPWAY_WEBHOOK_IMAGE_VOLUMES", "off"));
    private final Map<AdmissionOutcome, Integer> outcomes = new EnumMap<>(AdmissionOutcome.class);

    @Test
    void everyRuleHoldsForEveryPod() {
        for (int run = 0; run < RUNS; run++) {
            long seed = SEED + run;
            try {
                check(seed);
            } catch (AssertionError | RuntimeException broken) {
                throw new AssertionError("seed " + seed + ": " + broken.getMessage(), broken);
            }
        }
        if (RUNS >= 1000) {
            // The generator must not drift into making only one kind of pod.
            assertThat(outcomes.getOrDefault(AdmissionOutcome.INJECTED, 0)).isGreaterThan(RUNS / 10);
            assertThat(outcomes.getOrDefault(AdmissionOutcome.DENIED, 0)).isGreaterThan(RUNS / 10);
            assertThat(outcomes.getOrDefault(AdmissionOutcome.SKIPPED, 0)).isGreaterThan(RUNS / 50);
            assertThat(outcomes.getOrDefault(AdmissionOutcome.REPAIRED, 0)).isGreaterThan(RUNS / 50);
        }
    }

    private void check(long seed) {
        var pods = new GeneratedPods(seed);
        AdmissionHandler handler = seed % 2 == 0 ? withImageVolumes : withoutImageVolumes;
        ObjectNode pod = pods.next();

        JsonNode response = pass(handler, pod);

        assertTheWorkloadIsJudgedTheSame(handler, pod, response);
        if (!response.path("allowed").asBoolean()) {
            assertThat(response.path("status").path("message").asString("")).isNotEmpty();
            assertThat(response.has("patch")).isFalse();
            return;
        }
        ObjectNode patched = (ObjectNode) Reviews.patched(pod, response);
        AdditionsOnly.assertOnlyAdded(pod, patched);
        assertThat(Reviews.patch(pass(handler, patched))).as("second pass").isEmpty();
        if (response.has("patch")) {
            assertOrder(patched);
            reinvoke(handler, pods, patched);
        }
    }

    /** Another webhook changes the injected pod: only ours move or grow, and then all is well. */
    private void reinvoke(AdmissionHandler handler, GeneratedPods pods, ObjectNode patched) {
        pods.changeByOthers(patched);

        JsonNode response = pass(handler, patched);

        assertThat(response.path("allowed").asBoolean()).isTrue();
        JsonNode repaired = Reviews.patched(patched, response);
        AdditionsOnly.assertOnlyAdded(patched, repaired);
        assertThat(Reviews.patch(pass(handler, repaired)))
                .as("pass after the repair")
                .isEmpty();
        assertOrder(repaired);
    }

    private JsonNode pass(AdmissionHandler handler, JsonNode pod) {
        var answer = (AdmissionAnswer.Reviewed) handler.answer(Endpoint.MUTATE, Reviews.bytes(Reviews.create(pod)));
        JsonNode response = answer.review().path("response");
        outcomes.merge(answer.admission().outcome(), 1, Integer::sum);
        assertThat(answer.admission().outcome()).isNotEqualTo(AdmissionOutcome.ERROR);
        assertThat(response.path("uid").asString("")).isEqualTo(Reviews.UID);
        Reviews.patch(response)
                .ifPresent(patch -> assertThat(patch.findValuesAsString("op"))
                        .isNotEmpty()
                        .containsAnyOf("add", "move")
                        .isSubsetOf("test", "add", "move"));
        return response;
    }

    private static void assertTheWorkloadIsJudgedTheSame(AdmissionHandler handler, JsonNode pod, JsonNode response) {
        ObjectNode deployment = Reviews.JSON.createObjectNode().put("kind", "Deployment");
        deployment.withObject("/spec").set("template", pod);

        JsonNode validated = Reviews.response(handler, Endpoint.VALIDATE, Reviews.create(deployment));

        assertThat(validated.path("allowed")).isEqualTo(response.path("allowed"));
    }

    private static void assertOrder(JsonNode pod) {
        List<JsonNode> list = new ArrayList<>();
        pod.path("spec").path("initContainers").forEach(list::add);
        List<String> names =
                list.stream().map(each -> each.path("name").asString("")).toList();
        List<String> ours = names.stream().filter(OURS::contains).toList();
        assertThat(ours).isSubsetOf("slipway-copy", "slipway-preflight", "slipway-migrate");
        assertThat(ours)
                .isEqualTo(ours.stream()
                        .sorted(Comparator.comparing(GeneratedPodsTest::rank))
                        .toList());
        String position = pod.path("metadata")
                .path("annotations")
                .path("slipway.dev/position")
                .asString("auto");
        int first = names.indexOf(ours.get(0));
        if (position.equals("first")) {
            assertThat(first).isZero();
        } else if (position.equals("last")) {
            assertThat(names.get(names.size() - 1)).isEqualTo("slipway-migrate");
        } else if (position.equals("auto")) {
            assertThat(list.subList(first, list.size()))
                    .noneMatch(each -> each.path("restartPolicy").asString("").equals("Always"))
                    .noneMatch(each -> each.path("name").asString("").startsWith("vault"));
        }
    }

    private static int rank(String name) {
        return List.of("slipway-copy", "slipway-preflight", "slipway-migrate").indexOf(name);
    }
}
