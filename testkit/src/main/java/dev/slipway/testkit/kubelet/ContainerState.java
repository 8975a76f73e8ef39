package dev.slipway.testkit.kubelet;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** What a container does, as in {@code status.containerStatuses[].state}. */
public sealed interface ContainerState {
    /** In the shape that the API has. */
    JsonNode toJson();

    /** Not started yet, or between two attempts. */
    record Waiting(String reason, String message) implements ContainerState {
        /** For tests only: the kubelet shows a container that waits for a volume like one that waits for its turn. */
        static final String FAILED_MOUNT = "FailedMount";

        @Override
        public JsonNode toJson() {
            if (reason.equals(FAILED_MOUNT)) {
                return new Waiting("PodInitializing", "").toJson();
            }
            ObjectNode waiting = JsonNodeFactory.instance.objectNode().put("reason", reason);
            return wrap("waiting", message.isEmpty() ? waiting : waiting.put("message", message));
        }
    }

    /** Its process runs. */
    record Running(Instant startedAt) implements ContainerState {
        @Override
        public JsonNode toJson() {
            return wrap("running", JsonNodeFactory.instance.objectNode().put("startedAt", time(startedAt)));
        }
    }

    /**
     * Its process ended.
     *
     * @param reason {@code Completed} or {@code Error}
     * @param message what the container wrote to its termination message, at most 4096 bytes; or the end of its output,
     *     if it asked for that
     */
    record Terminated(int exitCode, String reason, String message, Instant startedAt, Instant finishedAt)
            implements ContainerState {
        @Override
        public JsonNode toJson() {
            ObjectNode terminated = JsonNodeFactory.instance
                    .objectNode()
                    .put("exitCode", exitCode)
                    .put("reason", reason)
                    .put("startedAt", time(startedAt))
                    .put("finishedAt", time(finishedAt))
                    // Every attempt is a container of its own; times to the second would not tell them apart.
                    .put("containerID", "played://" + startedAt);
            return wrap("terminated", message.isEmpty() ? terminated : terminated.put("message", message));
        }
    }

    private static JsonNode wrap(String name, JsonNode state) {
        return JsonNodeFactory.instance.objectNode().set(name, state);
    }

    private static String time(Instant instant) {
        return instant.truncatedTo(ChronoUnit.SECONDS).toString();
    }
}
