package dev.slipway.webhook.admission;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Writes answers and patches. */
final class ReviewJson {
    private static final JsonMapper MAPPER = new JsonMapper();

    private ReviewJson() {}

    static byte[] bytes(JsonNode node) {
        return MAPPER.writeValueAsBytes(node);
    }
}
