package dev.slipway.migrator.report;

/**
 * The start of an SQL statement for messages: one line, cut, and without what follows PASSWORD, because statements such
 * as CREATE ROLE carry secrets.
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
            int end = word + SECRET_WORD.length();
            int quote = skipBlanks(sql, end);
            if (quote < sql.length() && isQuoteStart(sql, quote)) {
                out.append(sql, position, quote).append("'…'");
                position = afterQuoted(sql, sql.indexOf('\'', quote));
            } else {
                out.append(sql, position, end);
                position = end;
            }
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

    private static boolean isQuoteStart(String sql, int index) {
        boolean escape = sql.charAt(index) == 'E' || sql.charAt(index) == 'e';
        int quote = escape ? index + 1 : index;
        return quote < sql.length() && sql.charAt(quote) == '\'';
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
