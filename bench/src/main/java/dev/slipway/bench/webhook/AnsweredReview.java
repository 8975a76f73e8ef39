package dev.slipway.bench.webhook;

import dev.slipway.contract.Problems;
import dev.slipway.webhook.admission.AdmissionAnswer;
import dev.slipway.webhook.admission.AdmissionHandler;
import dev.slipway.webhook.admission.Endpoint;
import dev.slipway.webhook.config.WebhookConfig;
import dev.slipway.webhook.injection.InjectionPlanner;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;

/** A review, and the webhook of the default configuration that answers it as expected. */
final class AnsweredReview {
    private final AdmissionHandler handler = handler();
    private final byte[] body;

    AnsweredReview(PodReview review) {
        this.body = review.json().getBytes(StandardCharsets.UTF_8);
        if (reviewed().admission().outcome() != review.outcome()) {
            throw new IllegalStateException("the review " + review + " does not end as " + review.outcome());
        }
    }

    byte[] body() {
        return body;
    }

    /** From the bytes of the request to the bytes of the answer. */
    byte[] answer() {
        return reviewed().bytes();
    }

    private AdmissionAnswer.Reviewed reviewed() {
        if (handler.answer(Endpoint.MUTATE, body) instanceof AdmissionAnswer.Reviewed reviewed) {
            return reviewed;
        }
        throw new IllegalStateException("not reviewed");
    }

    private static AdmissionHandler handler() {
        var problems = new Problems();
        WebhookConfig config = WebhookConfig.fromEnv(Map.of(), problems);
        if (!problems.isEmpty()) {
            throw new IllegalStateException(problems.describe("the default configuration"));
        }
        return new AdmissionHandler(new InjectionPlanner(config.injectionDefaults("bench", Optional.empty())));
    }
}
