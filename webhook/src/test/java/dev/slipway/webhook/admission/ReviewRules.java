package dev.slipway.webhook.admission;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.MissingNode;

/** What holds for the answer to any body whatsoever; a broken rule is an {@link AssertionError}. */
final class ReviewRules {
    private static final ObjectReader READER = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build()
            .readerFor(JsonNode.class);
    /** The message goes into events, and an event takes a kilobyte or so. */
    private static final int LONGEST_MESSAGE = 16 * 1024;

    private final AdmissionHandler handler;

    ReviewRules(AdmissionHandler handler) {
        this.handler = handler;
    }

    /** @return whether the body was a review, and so not just refused */
    boolean check(Endpoint endpoint, byte[] body) {
        AdmissionAnswer answer = handler.answer(endpoint, body);
        if (answer instanceof AdmissionAnswer.TooLarge) {
            return false;
        }
        JsonNode review = read(body);
        String uid = uid(review);
        if (uid.isEmpty()) {
            assertThat(answer).isNotInstanceOf(AdmissionAnswer.Reviewed.class);
            return false;
        }
        assertThat(answer).isInstanceOf(AdmissionAnswer.Reviewed.class);
        check(endpoint, review, (AdmissionAnswer.Reviewed) answer);
        return true;
    }

    private void check(Endpoint endpoint, JsonNode review, AdmissionAnswer.Reviewed answer) {
        assertThat(answer.admission().failure()).as("fault of ours").isEmpty();
        assertThat(String.join("", answer.admission().problems()))
                .as("what is logged")
                .hasSizeLessThan(LONGEST_MESSAGE);
        JsonNode sent = read(answer.bytes());
        JsonNode response = sent.path("response");
        assertThat(response.path("uid").stringValue()).isEqualTo(uid(review));
        assertThat(response.path("allowed").isBoolean()).isTrue();
        if (!response.path("allowed").booleanValue()) {
            assertThat(response.path("status").path("code").asInt()).isEqualTo(403);
            assertThat(response.path("status").path("message").asString(""))
                    .isNotEmpty()
                    .hasSizeLessThan(LONGEST_MESSAGE);
            assertThat(response.has("patch")).isFalse();
        }
        assertThat(response.path("warnings").toString()).as("warnings").hasSizeLessThan(LONGEST_MESSAGE);
        if (endpoint == Endpoint.VALIDATE) {
            assertThat(response.has("patch")).isFalse();
        } else if (response.has("patch")) {
            checkPatch(review.path("request").path("object"), response);
        }
    }

    private void checkPatch(JsonNode pod, JsonNode response) {
        Set<String> operations = Set.of("test", "add", "move");
        JsonNode patch = Reviews.patch(response).orElseThrow();
        assertThat(patch.valueStream().map(each -> each.path("op").asString("")))
                .isSubsetOf(operations);
        JsonNode patched = Reviews.patched(pod, response);
        AdditionsOnly.assertOnlyAdded(pod, patched);
        var second = (AdmissionAnswer.Reviewed) handler.answer(Endpoint.MUTATE, Reviews.bytes(Reviews.create(patched)));
        assertThat(second.review().path("response").path("allowed").booleanValue())
                .as("second pass")
                .isTrue();
        assertThat(Reviews.patch(second.review().path("response")))
                .as("second pass")
                .isEmpty();
    }

    private static String uid(JsonNode review) {
        JsonNode uid = review.path("request").path("uid");
        return review.path("apiVersion").asString("").isEmpty() || !uid.isString() ? "" : uid.stringValue();
    }

    /** Missing if the body is no JSON in UTF-8. */
    private static JsonNode read(byte[] body) {
        boolean text = Arrays.equals(new String(body, StandardCharsets.UTF_8).getBytes(StandardCharsets.UTF_8), body);
        try {
            return text ? READER.readTree(body) : MissingNode.getInstance();
        } catch (JacksonException notJson) {
            return MissingNode.getInstance();
        }
    }
}
