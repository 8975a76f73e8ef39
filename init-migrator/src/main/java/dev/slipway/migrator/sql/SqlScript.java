package dev.slipway.migrator.sql;

import java.util.List;

/** The statements of a script, in their order; none for a script that holds comments only. */
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
}
