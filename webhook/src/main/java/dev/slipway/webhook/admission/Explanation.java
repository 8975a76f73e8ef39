package dev.slipway.webhook.admission;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Optional;

/**
 * What the webhook would do to an object, for a person.
 *
 * @param subject as in "deployment shop/api"
 * @param reason as in metrics and logs
 * @param order every init container in the order in which they would run
 * @param patch for each pod; empty where nothing changes
 */
public record Explanation(
        String subject,
        Outcome outcome,
        String reason,
        List<Step> order,
        Optional<JsonNode> patch,
        List<String> warnings,
        List<String> problems) {
    /**
     * @param added whether the webhook adds it
     * @param sidecar whether it keeps running beside those that follow
     */
    public record Step(String container, String image, boolean added, boolean sidecar) {}

    public Explanation {
        order = List.copyOf(order);
        warnings = List.copyOf(warnings);
        problems = List.copyOf(problems);
    }
}
