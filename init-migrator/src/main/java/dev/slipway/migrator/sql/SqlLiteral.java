package dev.slipway.migrator.sql;

import org.jspecify.annotations.Nullable;

/** Texts as SQL literals, for simple queries, which have no parameters. */
public final class SqlLiteral {
    private SqlLiteral() {}

    /** Right whatever {@code standard_conforming_strings} is. */
    public static String of(String text) {
        String quoted = '\'' + text.replace("'", "''") + '\'';
        return text.indexOf('\\') < 0 ? quoted : " E" + quoted.replace("\\", "\\\\");
    }

    /** {@code null} for null. */
    public static String ofNullable(@Nullable String text) {
        return text == null ? "null" : of(text);
    }
}
