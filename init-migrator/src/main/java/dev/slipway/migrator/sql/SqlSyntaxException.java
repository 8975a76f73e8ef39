package dev.slipway.migrator.sql;

import java.util.List;
import java.util.stream.Collectors;

/**
 * A script that cannot be split into statements. It names everything that is wrong with the script, and never quotes
 * what is inside a literal.
 */
public final class SqlSyntaxException extends RuntimeException {
    /**
     * One mistake.
     *
     * @param line where it begins, from 1
     * @param message what was found and what was expected
     */
    public record Problem(int line, String message) {
        @Override
        public String toString() {
            return "line " + line + ": " + message;
        }
    }

    private final transient List<Problem> problems;

    SqlSyntaxException(List<Problem> problems) {
        super(problems.stream().map(Problem::toString).collect(Collectors.joining("; ")));
        this.problems = List.copyOf(problems);
    }

    /** The mistakes in the order of their lines; at least one. */
    public List<Problem> problems() {
        return problems;
    }
}
