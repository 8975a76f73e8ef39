package dev.slipway.contract.cli;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What a command line asks for. */
public sealed interface Invocation<V extends Verb> {
    /** Help, the version, or a completion script: to print on standard output, and to end with exit code 0. */
    record Answer<V extends Verb>(String text) implements Invocation<V> {}

    /** Nothing that could run. If no problem was reported, there was no argument at all. */
    record Misuse<V extends Verb>() implements Invocation<V> {}

    /**
     * @param operands the words that belong to no flag
     * @param values of the given flags, in the order in which they were typed; none for a flag that takes none
     */
    record Run<V extends Verb>(V verb, List<String> operands, Map<Flag, List<String>> values) implements Invocation<V> {
        public boolean has(Flag flag) {
            return values.containsKey(flag);
        }

        public List<String> all(Flag flag) {
            return values.getOrDefault(flag, List.of());
        }

        /** The values of the flag with this name. */
        public List<String> all(String flag) {
            for (Map.Entry<Flag, List<String>> each : values.entrySet()) {
                if (each.getKey().name().equals(flag)) {
                    return each.getValue();
                }
            }
            return List.of();
        }

        public Optional<String> one(Flag flag) {
            return all(flag).isEmpty()
                    ? Optional.empty()
                    : Optional.of(all(flag).get(0));
        }
    }
}
