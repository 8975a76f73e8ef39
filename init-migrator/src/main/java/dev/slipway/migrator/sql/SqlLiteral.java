package dev.slipway.migrator.sql;

import org.jspecify.annotations.Nullable;

/** Texts as SQL literals, for simple queries, which have no parameters; and the way back. */
public final class SqlLiteral {
    private SqlLiteral() {}

    /** Correct with either value of {@code standard_conforming_strings}. */
    public static String of(String text) {
        String quoted = '\'' + text.replace("'", "''") + '\'';
        return text.indexOf('\\') < 0 ? quoted : " E" + quoted.replace("\\", "\\\\");
    }

    /** {@code null} for null. */
    public static String ofNullable(@Nullable String text) {
        return text == null ? "null" : of(text);
    }

    /** Whether a token, as written, is a text in quotes or dollar quotes. */
    public static boolean isOne(String token) {
        return token.length() > 1 && (token.endsWith("'") || (token.startsWith("$") && token.endsWith("$")));
    }

    /** The text of a literal as a script writes it; escapes other than of a quote or a backslash stay as they are. */
    public static String valueOf(String token) {
        if (token.startsWith("$")) {
            int tag = token.indexOf('$', 1) + 1;
            return token.length() < 2 * tag ? "" : token.substring(tag, token.length() - tag);
        }
        int opening = token.indexOf('\'');
        String inner = token.substring(opening + 1, Math.max(opening + 1, token.length() - 1))
                .replace("''", "'");
        boolean escapes = opening == 1 && (token.startsWith("e") || token.startsWith("E"));
        return escapes ? inner.replace("\\'", "'").replace("\\\\", "\\") : inner;
    }
}
