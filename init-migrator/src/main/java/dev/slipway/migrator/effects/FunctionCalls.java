package dev.slipway.migrator.effects;

import dev.slipway.migrator.sql.QualifiedName;
import dev.slipway.migrator.sql.TokenReader;
import java.util.Set;

/** Finds the functions that a SELECT calls: one that is not PostgreSQL's own may do anything. */
final class FunctionCalls {
    /** After these, a name with a parenthesis is a call, and not the alias of a table with its columns. */
    private static final Set<String> BEFORE_A_CALL = Set.of(
            "SELECT",
            "FROM",
            "WHERE",
            "AND",
            "OR",
            "NOT",
            "CASE",
            "WHEN",
            "THEN",
            "ELSE",
            "JOIN",
            "LATERAL",
            "BY",
            "DISTINCT",
            "ON",
            "ALL",
            "UNION",
            "HAVING");

    /** More words that a parenthesis may follow but that are not functions in the catalogue. */
    private static final Set<String> KEYWORDS = Set.of(
            "ANY",
            "SOME",
            "ARRAY",
            "AS",
            "CAST",
            "COALESCE",
            "EXISTS",
            "EXTRACT",
            "FILTER",
            "GREATEST",
            "GROUPING",
            "IN",
            "LEAST",
            "NULLIF",
            "OVER",
            "OVERLAY",
            "POSITION",
            "ROW",
            "SUBSTRING",
            "TRIM",
            "USING",
            "VALUES");

    private FunctionCalls() {}

    static void read(TokenReader reader, StatementEffects effects) {
        String before = "";
        while (!reader.atEnd()) {
            String word = reader.peekWord();
            int start = reader.mark();
            var name = reader.takeQualifiedName();
            if (name.isEmpty()) {
                before = reader.takeAny().orElse("");
                continue;
            }
            boolean alias = !before.isEmpty() && isName(before) && !BEFORE_A_CALL.contains(before);
            boolean call = reader.atSymbol('(') && !alias && !isKeyword(word) && !before.equals(")");
            if (call && !isBuiltIn(name.get())) {
                effects.calls(name.get());
            }
            before = reader.mark() == start + 1 && !word.isEmpty() ? word : "x";
        }
    }

    private static boolean isKeyword(String word) {
        return BEFORE_A_CALL.contains(word) || KEYWORDS.contains(word);
    }

    private static boolean isName(String token) {
        return Character.isLetter(token.charAt(0)) || token.startsWith("\"");
    }

    /** The catalogue decides about the rest. */
    private static boolean isBuiltIn(QualifiedName function) {
        return function.schema().map("pg_catalog"::equals).orElseGet(() -> Volatility.isStable(function.name()));
    }
}
