package dev.slipway.webhook.admission;

import tools.jackson.databind.JsonNode;

/** What goes back over HTTP. */
public sealed interface AdmissionAnswer {
    /** An AdmissionReview; the HTTP status is 200 whatever was decided. */
    record Reviewed(JsonNode review, AdmissionRecord admission) implements AdmissionAnswer {
        /** The review as JSON. */
        public byte[] bytes() {
            return ReviewJson.bytes(review);
        }
    }

    /** The review costs more than one may; the HTTP status is 413. */
    record TooLarge(String problem) implements AdmissionAnswer {}

    /** The body was not an AdmissionReview that could be answered; the HTTP status is 400. */
    record Unreadable(String problem) implements AdmissionAnswer {}
}
