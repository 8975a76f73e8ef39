package dev.slipway.e2e.containers;

import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.testcontainers.DockerClientFactory;

/** See {@link DockerTest}. */
final class DockerCondition implements ExecutionCondition {
    private static final String HOW_TO_GET =
            "no Docker engine answers; start one, or on Debian: .ci/docker/engine start DIR && . DIR/env && .ci/docker/bases";

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        if (DockerClientFactory.instance().isDockerAvailable()) {
            return ConditionEvaluationResult.enabled("a Docker engine answers");
        }
        if ("true".equals(System.getenv("CI"))) {
            throw new IllegalStateException(HOW_TO_GET);
        }
        return ConditionEvaluationResult.disabled(HOW_TO_GET);
    }
}
