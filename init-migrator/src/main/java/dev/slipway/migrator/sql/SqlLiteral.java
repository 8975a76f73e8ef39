package dev.slipway.migrator.preflight;

/** Texts as SQL literals, for simple queries, which have no parameters. */
final class SqlLiteral {
    private SqlLiteral() {}

    /** Right whatever {@code standard_conforming_strings} is. */
    static String of(String text) {
        String quoted = '\'' + text.replace("'", "''") + '\'';
        return text.indexOf('\\') < 0 ? quoted : " E" + quoted.replace("\\", "\\\\");
    }
}
