package dev.slipway.webhook.admission;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A target of Jazzer: pods of the golden cases and generated ones, changed in their structure, so that most of them are
 * still pods and get deep into the planner. {@code .ci/fuzz} runs it.
 */
public final class PodFuzzer {
    private static final List<ReviewRules> RULES = List.of(rules("on"), rules("off"));
    private static final List<JsonNode> PODS = GoldenPods.all();

    private PodFuzzer() {}

    public static void fuzzerTestOneInput(FuzzedDataProvider data) {
        ReviewRules rules = data.pickValue(RULES);
        ObjectNode pod = data.consumeBoolean()
                ? (ObjectNode) data.pickValue(PODS).deepCopy()
                : new GeneratedPods(new FuzzedRandom(data)).next();
        new PodEdits(data).apply(pod);
        check(rules, Endpoint.MUTATE, Reviews.bytes(Reviews.create(pod)));
        ObjectNode deployment = Reviews.JSON.createObjectNode().put("kind", "Deployment");
        deployment.withObject("/spec").set("template", pod);
        check(rules, Endpoint.VALIDATE, Reviews.bytes(Reviews.create(deployment)));
    }

    /** What Jazzer keeps are the bytes that led to the pod; the review is what a regression test needs. */
    private static void check(ReviewRules rules, Endpoint endpoint, byte[] body) {
        try {
            rules.check(endpoint, body);
        } catch (RuntimeException | AssertionError broken) {
            throw new AssertionError(endpoint + " " + new String(body, StandardCharsets.UTF_8), broken);
        }
    }

    private static ReviewRules rules(String imageVolumes) {
        return new ReviewRules(Reviews.handler(Map.of("SLIPWAY_WEBHOOK_IMAGE_VOLUMES", imageVolumes)));
    }
}
