package dev.slipway.e2e.demo;

import dev.slipway.testkit.kubelet.ContainerState;
import java.time.Duration;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What a migrator left in its termination message.
 *
 * @param message one sentence
 * @param wayOut what to do; empty if there is nothing to do
 * @param applied how many scripts it applied
 * @param waited for another replica
 */
record MigratorReport(
        String message,
        String wayOut,
        String outcome,
        int applied,
        Duration waited,
        Duration duration,
        JsonNode details) {
    private static final JsonMapper JSON = new JsonMapper();

    /** Empty if the message is not one of the migrator's. */
    static Optional<MigratorReport> of(ContainerState.Terminated ended) {
        try {
            JsonNode json = JSON.readTree(ended.message());
            if (!json.has("outcome")) {
                return Optional.empty();
            }
            return Optional.of(new MigratorReport(
                    json.path("message").asString(),
                    json.path("wayOut").asString(),
                    json.path("outcome").asString(),
                    json.path("applied").size(),
                    Duration.ofMillis(json.path("waitedMs").asLong()),
                    Duration.ofMillis(json.path("durationMs").asLong()),
                    json.path("details")));
        } catch (JacksonException notJson) {
            return Optional.empty();
        }
    }
}
