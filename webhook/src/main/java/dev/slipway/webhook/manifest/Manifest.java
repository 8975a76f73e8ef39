package dev.slipway.webhook.manifest;

import dev.slipway.contract.Problems.Problem;
import java.util.List;
import tools.jackson.databind.JsonNode;

/**
 * One object of a file.
 *
 * @param unquoted annotations and labels whose values are no strings, which the API server refuses; the object has their
 *     text as it is written
 */
public record Manifest(JsonNode object, List<Problem> unquoted) {
    public Manifest {
        unquoted = List.copyOf(unquoted);
    }
}
