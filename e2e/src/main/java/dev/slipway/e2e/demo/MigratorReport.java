package dev.slipway.e2e.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.slipway.testkit.kubelet.ContainerState;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

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
                    json.path("message").asText(),
                    json.path("wayOut").asText(),
                    json.path("outcome").asText(),
                    json.path("applied").size(),
                    Duration.ofMillis(json.path("waitedMs").asLong()),
                    Duration.ofMillis(json.path("durationMs").asLong()),
                    json.path("details")));
        } catch (IOException notJson) {
            return Optional.empty();
        }
    }
}
