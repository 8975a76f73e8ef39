package dev.slipway.migrator.effects;

import dev.slipway.migrator.sql.TokenReader;
import java.util.Locale;
import java.util.Set;

/**
 * Decides whether an expression may give a different value for each row. Only a database can be certain; here, every
 * function counts as volatile unless it is a well-known function of PostgreSQL that is not. Not thread-safe.
 */
final class Volatility {
    /** Functions, and the types whose modifier looks like a call: {@code numeric(10, 2)}. */
    private static final Set<String> STABLE = Set.of(
            "now",
            "transaction_timestamp",
            "statement_timestamp",
            "current_timestamp",
            "current_time",
            "localtime",
            "localtimestamp",
            "current_setting",
            "to_char",
            "to_timestamp",
            "to_date",
            "date_trunc",
            "date_part",
            "extract",
            "make_interval",
            "make_date",
            "timezone",
            "age",
            "lower",
            "upper",
            "trim",
            "btrim",
            "ltrim",
            "rtrim",
            "concat",
            "concat_ws",
            "format",
            "md5",
            "length",
            "left",
            "right",
            "substring",
            "substr",
            "replace",
            "repeat",
            "lpad",
            "rpad",
            "abs",
            "round",
            "floor",
            "ceil",
            "ceiling",
            "greatest",
            "least",
            "coalesce",
            "nullif",
            "array",
            "row",
            "json_build_object",
            "jsonb_build_object",
            "json_build_array",
            "jsonb_build_array",
            "to_json",
            "to_jsonb",
            "cast",
            "numeric",
            "decimal",
            "varchar",
            "char",
            "character",
            "bpchar",
            "varying",
            "bit",
            "time",
            "timestamp",
            "interval",
            "float",
            "vector",
            "array_fill",
            "decode",
            "encode",
            "int4range",
            "int8range",
            "numrange",
            "daterange",
            "tstzrange",
            "tsrange",
            "point",
            "box",
            "inet",
            "in",
            "and",
            "or",
            "not",
            "as",
            "precision");

    private boolean mayBeVolatile;
    private String lastWord = "";

    /** Takes one token, or everything from an opening parenthesis to the one that closes it. */
    void take(TokenReader reader) {
        int depth = 0;
        do {
            if (reader.atSymbol('(')) {
                mayBeVolatile |= !lastWord.isEmpty() && !STABLE.contains(lastWord);
            }
            depth += reader.atSymbol('(') ? 1 : 0;
            depth -= reader.atSymbol(')') ? 1 : 0;
            lastWord = functionName(reader.takeAny().orElse(""));
        } while (depth > 0 && !reader.atEnd());
    }

    static boolean isStable(String function) {
        return STABLE.contains(function);
    }

    boolean mayBeVolatile() {
        return mayBeVolatile;
    }

    /** Empty for a token that cannot be a name; quoted names count too. */
    private static String functionName(String token) {
        boolean name = token.startsWith("\"") || (!token.isEmpty() && Character.isLetter(token.charAt(0)));
        return name && !token.endsWith("'") ? token.toLowerCase(Locale.ROOT) : "";
    }
}
