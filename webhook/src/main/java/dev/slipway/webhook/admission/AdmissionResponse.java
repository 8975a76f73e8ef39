package dev.slipway.webhook.admission;

import dev.slipway.contract.Problems.Problem;
import java.util.Base64;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Writes a verdict as an AdmissionReview. */
final class AdmissionResponse {
    private static final int FORBIDDEN = 403;
    private static final int INTERNAL_ERROR = 500;

    private AdmissionResponse() {}

    static JsonNode write(AdmissionRequest request, AdmissionVerdict verdict) {
        ObjectNode review = JsonNodeFactory.instance.objectNode();
        review.put("apiVersion", request.apiVersion()).put("kind", "AdmissionReview");
        ObjectNode response = review.putObject("response").put("uid", request.uid());
        response.put("allowed", verdict.isAllowed());
        verdict.patch()
                .ifPresent(patch -> response.put("patchType", "JSONPatch").put("patch", base64(patch)));
        if (!verdict.isAllowed()) {
            putStatus(response, request, verdict);
        }
        if (!verdict.warnings().isEmpty()) {
            BoundedText.sentences(verdict.warnings()).forEach(response.withArray("warnings")::add);
        }
        response.putObject("auditAnnotations")
                .put("outcome", verdict.outcome().label())
                .put("reason", verdict.reason());
        return review;
    }

    private static void putStatus(ObjectNode response, AdmissionRequest request, AdmissionVerdict verdict) {
        boolean denied = verdict.outcome() == AdmissionOutcome.DENIED;
        response.putObject("status")
                .put("status", "Failure")
                .put("code", denied ? FORBIDDEN : INTERNAL_ERROR)
                .put("reason", denied ? "Forbidden" : "InternalError")
                .put("message", denied ? refusal(request.subject(), verdict.problems()) : fault(request));
    }

    /** "2 problems in pod shop/api-7d4-:" and one indented line for each. */
    static String refusal(String subject, List<Problem> problems) {
        var text = new StringBuilder();
        text.append(problems.size()).append(problems.size() == 1 ? " problem in " : " problems in ");
        text.append(subject).append(':');
        BoundedText.sentences(problems).forEach(problem -> text.append("\n  ").append(problem));
        return text.toString();
    }

    private static String fault(AdmissionRequest request) {
        return "the webhook failed on this object, so it was refused; its log has the reason under uid "
                + BoundedText.name(request.uid());
    }

    private static String base64(JsonNode patch) {
        return Base64.getEncoder().encodeToString(ReviewJson.bytes(patch));
    }
}
