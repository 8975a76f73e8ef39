package dev.slipway.migrator.sql;

import java.util.ArrayList;
import java.util.List;

/** The statements of a script, in their order; none for a script that contains only comments. */
public record SqlScript(List<SqlStatement> statements) {
    public SqlScript {
        statements = List.copyOf(statements);
    }

    /**
     * Splits a script. A byte order mark at its start is dropped, every kind of line break counts, the last semicolon may
     * be missing.
     *
     * @throws SqlSyntaxException if a quote, a comment, a parenthesis, a {@code BEGIN ATOMIC} body or inline data is left
     *     open, or the script uses psql's own commands; it names all of them
     */
    public static SqlScript parse(String text) {
        return new SqlScript(new StatementSplitter(text).split());
    }

    /**
     * Splits a script that a mark already divides into parts, wherever the mark stands: each part is read by itself, so
     * its last semicolon may be missing, and nothing extends across a mark.
     *
     * @throws SqlSyntaxException as {@link #parse}; it names the problems of all parts
     */
    public static SqlScript parseParts(String text, String mark) {
        var statements = new ArrayList<SqlStatement>();
        var problems = new ArrayList<SqlSyntaxException.Problem>();
        var lines = new LineIndex(text);
        for (int start = 0, end; start <= text.length(); start = end + mark.length()) {
            int next = text.indexOf(mark, start);
            end = next < 0 ? text.length() : next;
            String part = "\n".repeat(start == 0 ? 0 : lines.lineOf(start) - 1) + text.substring(start, end);
            try {
                statements.addAll(parse(part).statements());
            } catch (SqlSyntaxException malformed) {
                problems.addAll(malformed.problems());
            }
        }
        if (!problems.isEmpty()) {
            throw new SqlSyntaxException(problems);
        }
        return new SqlScript(statements);
    }
}
