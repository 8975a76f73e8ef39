package dev.slipway.webhook.admission;

import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * The request of an AdmissionReview.
 *
 * @param apiVersion of the review; the answer must carry the same
 * @param uid to be echoed
 * @param operation CREATE, UPDATE …; empty if the review does not say
 * @param kind of the object; empty if not set
 * @param subResource empty for the object itself
 * @param object missing or null for a deletion
 */
record AdmissionRequest(
        String apiVersion,
        String uid,
        String operation,
        String kind,
        String subResource,
        String namespace,
        String name,
        boolean dryRun,
        JsonNode object,
        JsonNode oldObject) {

    /** Empty if the document is not a review that could be answered. */
    static Optional<AdmissionRequest> read(JsonNode review) {
        JsonNode request = review.path("request");
        String apiVersion = review.path("apiVersion").asString("");
        String uid = request.path("uid").isString() ? request.path("uid").stringValue() : "";
        if (apiVersion.isEmpty() || uid.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new AdmissionRequest(
                apiVersion,
                uid,
                request.path("operation").asString(""),
                firstText(
                        request.path("kind").path("kind"),
                        request.path("object").path("kind")),
                request.path("subResource").asString(""),
                firstText(
                        request.path("namespace"),
                        request.path("object").path("metadata").path("namespace")),
                nameOf(request),
                request.path("dryRun").asBoolean(false),
                request.path("object"),
                request.path("oldObject")));
    }

    boolean isPod() {
        return kind.isEmpty() || kind.equals("Pod");
    }

    boolean isCreate() {
        return operation.isEmpty() || operation.equals("CREATE");
    }

    boolean isUpdate() {
        return operation.equals("UPDATE");
    }

    /** "ReplicaSet/api-7d4"; empty if the object has no owner. */
    String owner() {
        JsonNode owner = object.path("metadata").path("ownerReferences").path(0);
        return owner.isObject()
                ? owner.path("kind").asString("") + "/" + owner.path("name").asString("")
                : "";
    }

    /** "pod shop/api-7d4-", for messages. */
    String subject() {
        String what = kind.isEmpty() ? "pod" : BoundedText.name(kind).toLowerCase(java.util.Locale.ROOT);
        return what + " " + (namespace.isEmpty() ? "" : BoundedText.name(namespace) + "/") + BoundedText.name(name);
    }

    /** A pod of a controller has only a generateName at this time. */
    private static String nameOf(JsonNode request) {
        JsonNode metadata = request.path("object").path("metadata");
        return firstText(request.path("name"), metadata.path("name"), metadata.path("generateName"));
    }

    private static String firstText(JsonNode... candidates) {
        for (JsonNode candidate : candidates) {
            if (candidate.isString() && !candidate.stringValue().isEmpty()) {
                return candidate.stringValue();
            }
        }
        return "";
    }
}
