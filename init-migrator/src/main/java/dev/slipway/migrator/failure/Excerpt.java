package dev.slipway.migrator.failure;

/**
 * The start of an SQL statement for messages: one line, shortened, and without what follows PASSWORD, because
 * statements such as CREATE ROLE carry secrets.
 */
public final class Excerpt {
    /** Long enough to recognise a statement, short enough for a termination message. */
    private static final int LENGTH = 200;

    private static final String SECRET_WORD = "password";

    private Excerpt() {}

    public static String of(String sql) {
        String line = onOneLine(withoutPasswords(sql));
        return line.length() <= LENGTH ? line : line.substring(0, LENGTH - 2) + " …";
    }

    /** Replaces the quoted text after each PASSWORD, whatever its case. */
    static String withoutPasswords(String sql) {
        var out = new StringBuilder(sql.length());
        int position = 0;
        while (position < sql.length()) {
            int word = indexOfIgnoringCase(sql, position);
            if (word < 0) {
                break;
            }
            int value = skipBlanks(sql, word + SECRET_WORD.length());
            int end = endOfSecret(sql, word + SECRET_WORD.length(), value);
            out.append(sql, position, value).append(end > value ? "'…'" : "");
            position = end;
        }
        return out.append(sql, Math.min(position, sql.length()), sql.length()).toString();
    }

    private static int indexOfIgnoringCase(String sql, int from) {
        for (int index = from; index + SECRET_WORD.length() <= sql.length(); index++) {
            if (sql.regionMatches(true, index, SECRET_WORD, 0, SECRET_WORD.length())) {
                return index;
            }
        }
        return -1;
    }

    private static int skipBlanks(String sql, int from) {
        int index = from;
        while (index < sql.length() && (Character.isWhitespace(sql.charAt(index)) || sql.charAt(index) == '=')) {
            index++;
        }
        return index;
    }

    /** The end of the secret that begins at {@code value}; {@code value} itself if there is none. */
    private static int endOfSecret(String sql, int afterWord, int value) {
        boolean escape = value < sql.length() && (sql.charAt(value) == 'E' || sql.charAt(value) == 'e');
        int quote = escape ? value + 1 : value;
        if (sql.startsWith("''", quote)
                && quote + 2 < sql.length()
                && Character.isLetterOrDigit(sql.charAt(quote + 2))) {
            // A connection string inside a literal: its quotes are doubled.
            int end = sql.indexOf("''", quote + 2);
            return end < 0 ? sql.length() : end + 2;
        }
        if (quote < sql.length() && sql.charAt(quote) == '\'') {
            return afterQuoted(sql, quote);
        }
        boolean assigned = sql.substring(afterWord, value).indexOf('=') >= 0;
        return assigned ? endOfWord(sql, value) : value;
    }

    private static int endOfWord(String sql, int from) {
        int index = from;
        while (index < sql.length()
                && !Character.isWhitespace(sql.charAt(index))
                && ",;)'".indexOf(sql.charAt(index)) < 0) {
            index++;
        }
        return index;
    }

    private static int afterQuoted(String sql, int quote) {
        int index = quote + 1;
        while (index < sql.length()) {
            if (sql.charAt(index) == '\'') {
                if (index + 1 < sql.length() && sql.charAt(index + 1) == '\'') {
                    index++;
                } else {
                    return index + 1;
                }
            }
            index++;
        }
        return sql.length();
    }

    private static String onOneLine(String sql) {
        var out = new StringBuilder(Math.min(sql.length(), LENGTH * 2));
        boolean blank = false;
        for (int index = 0; index < sql.length() && out.length() < LENGTH * 2; index++) {
            char character = sql.charAt(index);
            if (Character.isWhitespace(character)) {
                blank = true;
            } else {
                if (blank && out.length() > 0) {
                    out.append(' ');
                }
                out.append(character);
                blank = false;
            }
        }
        return out.toString();
    }
}
