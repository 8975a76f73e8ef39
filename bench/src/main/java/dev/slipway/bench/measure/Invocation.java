package dev.slipway.bench.measure;

import java.util.List;
import java.util.Map;

/**
 * A command to run.
 *
 * @param env added to a small, fixed environment; holds the database password, so it is never printed
 */
public record Invocation(List<String> command, Map<String, String> env) {
    public Invocation {
        command = List.copyOf(command);
        env = Map.copyOf(env);
    }

    @Override
    public String toString() {
        return command.get(0);
    }
}
