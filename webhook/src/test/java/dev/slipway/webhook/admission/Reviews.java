package dev.slipway.webhook.admission;

import dev.slipway.contract.Problems;
import dev.slipway.webhook.config.WebhookConfig;
import dev.slipway.webhook.injection.InjectionPlanner;
import io.fabric8.zjsonpatch.JsonPatch;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** Writes reviews as the API server does, reads answers as it does, and applies patches as it does. */
final class Reviews {
    static final JsonMapper JSON = new JsonMapper();
    static final YAMLMapper YAML = new YAMLMapper();
    static final String UID = "705ab4f5-6393-11e8-b7cc-42010a800002";

    private Reviews() {}

    static AdmissionHandler handler(Map<String, String> env) {
        var problems = new Problems();
        WebhookConfig config = WebhookConfig.fromEnv(env, problems);
        if (!problems.isEmpty()) {
            throw new IllegalArgumentException(problems.describe("the test's environment"));
        }
        return new AdmissionHandler(new InjectionPlanner(config.injectionDefaults("0.1.0", Optional.empty())));
    }

    static ObjectNode create(JsonNode object) {
        ObjectNode review = JsonNodeFactory.instance.objectNode();
        review.put("apiVersion", "admission.k8s.io/v1").put("kind", "AdmissionReview");
        ObjectNode request = review.putObject("request").put("uid", UID).put("operation", "CREATE");
        String kind = object.path("kind").asString("Pod");
        request.putObject("kind").put("group", "").put("version", "v1").put("kind", kind);
        request.put("namespace", "shop").put("dryRun", false);
        request.set("object", object);
        return review;
    }

    static ObjectNode update(JsonNode before, JsonNode after) {
        ObjectNode review = create(after);
        ((ObjectNode) review.path("request")).put("operation", "UPDATE").set("oldObject", before);
        return review;
    }

    static JsonNode response(AdmissionHandler handler, Endpoint endpoint, JsonNode review) {
        AdmissionAnswer answer = handler.answer(endpoint, bytes(review));
        if (answer instanceof AdmissionAnswer.Reviewed reviewed) {
            return reviewed.review().path("response");
        }
        throw new AssertionError("not a review: " + answer);
    }

    static JsonNode mutate(AdmissionHandler handler, JsonNode pod) {
        return response(handler, Endpoint.MUTATE, create(pod));
    }

    static Optional<JsonNode> patch(JsonNode response) {
        return response.has("patch")
                ? Optional.of(
                        parse(Base64.getDecoder().decode(response.path("patch").asString(""))))
                : Optional.empty();
    }

    /** The pod as the API server stores it. */
    static JsonNode patched(JsonNode pod, JsonNode response) {
        return patch(response).map(patch -> JsonPatch.apply(patch, pod)).orElse(pod);
    }

    static JsonNode yaml(String text) {
        return YAML.readTree(text);
    }

    static byte[] bytes(JsonNode node) {
        return JSON.writeValueAsBytes(node);
    }

    private static JsonNode parse(byte[] json) {
        return JSON.readTree(json);
    }
}
