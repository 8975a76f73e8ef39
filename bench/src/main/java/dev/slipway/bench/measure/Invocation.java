package dev.slipway.bench.measure;

import java.util.HashMap;
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

    /**
     * The same by way of another port.
     *
     * @param port of the server
     * @param way the port to go through
     */
    public Invocation through(int port, int way) {
        Map<String, String> elsewhere = new HashMap<>();
        env.forEach((name, value) -> elsewhere.put(name, by(way, port, value)));
        elsewhere.computeIfPresent("PGPORT", (name, value) -> Integer.toString(way));
        return new Invocation(command.stream().map(word -> by(way, port, word)).toList(), elsewhere);
    }

    private static String by(int way, int port, String text) {
        return text.replace("127.0.0.1:" + port + "/", "127.0.0.1:" + way + "/");
    }

    @Override
    public String toString() {
        return command.get(0);
    }
}
