package dev.slipway.migrator.sql;

import dev.slipway.migrator.sql.Token.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * The SQL in the body of a DO block, as far as its text shows: conditions and loops are taken as if every branch ran
 * once.
 *
 * @param complete false if it also runs SQL that it only builds at run time
 */
public record DoBlock(List<SqlStatement> statements, boolean complete) {
    private static final Set<String> VERBS = Set.of(
            "ALTER",
            "ANALYZE",
            "CALL",
            "CLUSTER",
            "COMMENT",
            "COPY",
            "CREATE",
            "DELETE",
            "DO",
            "DROP",
            "EXECUTE",
            "GRANT",
            "INSERT",
            "LOCK",
            "MERGE",
            "PERFORM",
            "REFRESH",
            "REINDEX",
            "REVOKE",
            "SELECT",
            "TRUNCATE",
            "UPDATE",
            "WITH");

    /** Words that end the head of a condition or loop, and that a statement may follow. */
    private static final Set<String> HEADS = Set.of("BEGIN", "DECLARE", "ELSE", "EXCEPTION", "LOOP", "THEN");

    public DoBlock {
        statements = List.copyOf(statements);
    }

    /** Pure; empty for any other statement, and for a body that is not PL/pgSQL. */
    public static Optional<DoBlock> of(SqlStatement statement) {
        var reader = new TokenReader(statement.text());
        if (!reader.take("DO")) {
            return Optional.empty();
        }
        String language = language(reader);
        Optional<String> literal = reader.takeAny().filter(SqlLiteral::isOne);
        language += language(reader);
        if (literal.isEmpty() || !(language.isEmpty() || language.equals("plpgsql"))) {
            return Optional.empty();
        }
        int body = statement.text().indexOf(literal.get());
        int line = statement.line() + new LineIndex(statement.text()).lineOf(body) - 1;
        return Optional.of(new Reading(SqlLiteral.valueOf(literal.get()), line).read());
    }

    private static String language(TokenReader reader) {
        return reader.take("LANGUAGE") ? reader.takeName().orElse("?") : "";
    }

    /** Reads a body once. Not thread-safe. */
    private static final class Reading {
        private final String body;
        private final int firstLine;
        private final LineIndex lines;
        private final List<SqlStatement> found = new ArrayList<>();
        private boolean complete = true;

        private int start = -1;
        private boolean sql;
        private boolean loopHead;
        private int depth;
        private int cases;

        Reading(String body, int firstLine) {
            this.body = body;
            this.firstLine = firstLine;
            this.lines = new LineIndex(body);
        }

        DoBlock read() {
            var lexer = new SqlLexer(body);
            for (Token token = lexer.next(); token.kind() != Kind.END; token = lexer.next()) {
                if (token.kind() != Kind.COMMENT) {
                    take(token);
                }
            }
            return new DoBlock(found, complete);
        }

        private void take(Token token) {
            String word = word(token);
            if (start < 0) {
                begin(token, word);
            } else if (depth == 0 && ends(token, word)) {
                end(token.start());
            } else if (loopHead && !sql && depth == 0 && word.equals("IN")) {
                start = -1;
            } else {
                depth += isSymbol(token, '(') ? 1 : 0;
                depth -= isSymbol(token, ')') ? 1 : 0;
                cases += word.equals("CASE") ? 1 : 0;
                cases -= word.equals("END") && cases > 0 ? 1 : 0;
            }
        }

        private void begin(Token token, String word) {
            boolean label = isSymbol(token, '<') || isSymbol(token, '>') || isSymbol(token, ';');
            if (label || HEADS.contains(word)) {
                return;
            }
            start = token.start();
            sql = VERBS.contains(word);
            loopHead |= word.equals("FOR");
            depth = isSymbol(token, '(') ? 1 : 0;
            cases = 0;
        }

        private boolean ends(Token token, String word) {
            boolean label = !sql && isSymbol(token, '>');
            boolean head = (!sql || loopHead) && cases == 0 && HEADS.contains(word);
            return isSymbol(token, ';') || label || head;
        }

        private void end(int end) {
            if (sql) {
                add(body.substring(start, end).strip(), firstLine + lines.lineOf(start) - 1);
            }
            start = -1;
            loopHead = false;
        }

        private void add(String text, int line) {
            var reader = new TokenReader(text);
            if (reader.take("EXECUTE")) {
                addDynamic(reader, line);
            } else if (reader.take("PERFORM")) {
                add("SELECT" + text.substring("PERFORM".length()), line);
            } else {
                found.add(new SqlStatement(text, line, line, List.of(), Optional.empty()));
            }
        }

        /** A constant is SQL like any other. */
        private void addDynamic(TokenReader reader, int line) {
            Optional<String> literal = reader.takeAny().filter(SqlLiteral::isOne);
            if (literal.isEmpty() || !(reader.atEnd() || reader.atAny("INTO", "USING"))) {
                complete = false;
                return;
            }
            try {
                for (SqlStatement each :
                        SqlScript.parse(SqlLiteral.valueOf(literal.get())).statements()) {
                    found.add(new SqlStatement(each.text(), line, line, List.of(), Optional.empty()));
                }
            } catch (SqlSyntaxException unreadable) {
                complete = false;
            }
        }

        private String word(Token token) {
            return token.kind() == Kind.WORD
                    ? body.substring(token.start(), token.end()).toUpperCase(Locale.ROOT)
                    : "";
        }

        private boolean isSymbol(Token token, char symbol) {
            return token.kind() == Kind.SYMBOL && body.charAt(token.start()) == symbol;
        }
    }
}
