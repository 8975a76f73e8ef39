package dev.slipway.contract;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * Collects everything that is wrong with an input, so that a person sees all of it at once instead of one mistake for
 * each attempt. Not thread-safe.
 */
public final class Problems {
    /**
     * One mistake and its way out.
     *
     * @param where the flag, variable, file or annotation, as the person typed it
     * @param what what was found and what was expected; never the value of a secret
     */
    public record Problem(String where, String what) {
        @Override
        public String toString() {
            return where + " " + what;
        }
    }

    private final List<Problem> problems = new ArrayList<>();

    public void add(String where, String what) {
        problems.add(new Problem(where, what));
    }

    /** A value that does not fit, as far as it may be shown in a field of this kind. */
    public void badValue(String where, String found, FieldKind kind, String expected) {
        add(where, "is " + kind.show(found) + "; expected " + expected);
    }

    /**
     * A value that does not fit, in the words "is 'found'; expected …". Not if a secret could be: it quotes the value.
     */
    public void badValue(String where, String found, String expected) {
        add(where, "is '" + found + "'; expected " + expected);
    }

    /** A name that does not exist, with the nearest one that does. */
    public void unknown(String where, Collection<String> known) {
        Optional<String> closest = Suggestion.closest(where, known);
        add(
                where,
                "is unknown"
                        + closest.map(name -> "; did you mean " + name + "?").orElse(""));
    }

    public boolean isEmpty() {
        return problems.isEmpty();
    }

    public int size() {
        return problems.size();
    }

    public List<Problem> list() {
        return List.copyOf(problems);
    }

    /** "2 problems in …:" and one indented line for each. */
    public String describe(String subject) {
        var text = new StringBuilder();
        text.append(problems.size()).append(problems.size() == 1 ? " problem in " : " problems in ");
        text.append(subject).append(':');
        problems.forEach(problem -> text.append("\n  ").append(problem));
        return text.toString();
    }
}
