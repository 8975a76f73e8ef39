package dev.slipway.migrator.sql;

import dev.slipway.migrator.sql.Token.Kind;

/**
 * Splits a text into tokens by the rules of PostgreSQL's scanner, with {@code standard_conforming_strings} on. It looks
 * at each character a fixed number of times, so that its time is linear. Not thread-safe.
 */
final class SqlLexer {
    /** The character that the scanner returns beyond the end of the text. */
    private static final char NOTHING = '\uFFFF';

    private final String text;
    private int position;

    SqlLexer(String text) {
        this.text = text;
    }

    int position() {
        return position;
    }

    /** Continues at this offset, to skip data that is not SQL. */
    void moveTo(int newPosition) {
        position = newPosition;
    }

    /** The next token; {@link Kind#END} every time once the text has ended. */
    Token next() {
        while (position < text.length() && isSpace(text.charAt(position))) {
            position++;
        }
        int start = position;
        Kind kind = start >= text.length() ? Kind.END : scan(text.charAt(start));
        return new Token(kind, start, position);
    }

    private Kind scan(char first) {
        char second = at(position + 1);
        return switch (first) {
            case '\'' -> quoted(1, false);
            case '"' -> doubleQuoted(1);
            case '$' -> dollar();
            case '\\' -> restOfLine(Kind.META_COMMAND);
            case '\0' -> one(Kind.NUL);
            case '-' -> second == '-' ? restOfLine(Kind.COMMENT) : one(Kind.SYMBOL);
            case '/' -> second == '*' ? blockComment() : one(Kind.SYMBOL);
            default -> other(first, second);
        };
    }

    private Kind other(char first, char second) {
        if (startsName(first)) {
            return wordOrPrefixed(first, second);
        }
        return isDigit(first) ? number() : one(Kind.SYMBOL);
    }

    private Kind wordOrPrefixed(char first, char second) {
        if (second == '\'' && (first == 'e' || first == 'E')) {
            return quoted(2, true);
        }
        if (second == '&' && (first == 'u' || first == 'U')) {
            if (at(position + 2) == '\'') {
                return quoted(3, false);
            }
            if (at(position + 2) == '"') {
                return doubleQuoted(3);
            }
        }
        while (continuesName(at(position))) {
            position++;
        }
        return Kind.WORD;
    }

    private Kind number() {
        char next = at(position);
        while (isDigit(next) || isLetter(next) || next == '.' || next == '_') {
            next = at(++position);
        }
        return Kind.NUMBER;
    }

    private Kind one(Kind kind) {
        position++;
        return kind;
    }

    private Kind restOfLine(Kind kind) {
        position = endOfLine(position);
        return kind;
    }

    private Kind blockComment() {
        int depth = 0;
        while (position < text.length()) {
            if (text.startsWith("/*", position)) {
                depth++;
                position += 2;
            } else if (text.startsWith("*/", position)) {
                depth--;
                position += 2;
                if (depth == 0) {
                    return Kind.COMMENT;
                }
            } else {
                position++;
            }
        }
        return Kind.UNTERMINATED;
    }

    private Kind doubleQuoted(int opening) {
        position += opening;
        return closeQuote('"', false) ? Kind.QUOTED_NAME : Kind.UNTERMINATED;
    }

    /** A doubled quote closes and opens at once; backslashes count only in {@code E''} strings. */
    private Kind quoted(int opening, boolean backslashEscapes) {
        position += opening;
        while (closeQuote('\'', backslashEscapes)) {
            if (!backslashEscapes) {
                return Kind.STRING;
            }
            int continuation = continuationQuote();
            if (continuation < 0) {
                return Kind.STRING;
            }
            position = continuation + 1;
        }
        return Kind.UNTERMINATED;
    }

    private boolean closeQuote(char quote, boolean backslashEscapes) {
        while (position < text.length()) {
            char each = text.charAt(position++);
            if (each == '\\' && backslashEscapes) {
                position++;
            } else if (each == quote) {
                if (at(position) != quote) {
                    return true;
                }
                position++;
            }
        }
        position = text.length();
        return false;
    }

    /**
     * The offset at which the string continues: SQL joins two literals with a line break between them, and backslashes
     * also count in the second part of an {@code E''} string although it has no {@code E}. -1 if the string ends.
     */
    private int continuationQuote() {
        boolean newLine = false;
        int ahead = position;
        while (true) {
            char next = at(ahead);
            if (isSpace(next)) {
                newLine |= isNewLine(next);
                ahead++;
            } else if (next == '-' && at(ahead + 1) == '-') {
                ahead = endOfLine(ahead);
            } else {
                return newLine && next == '\'' ? ahead : -1;
            }
        }
    }

    private Kind dollar() {
        int afterTag = position + 1;
        if (isDigit(at(afterTag))) {
            position = afterTag;
            while (isDigit(at(position))) {
                position++;
            }
            return Kind.PARAMETER;
        }
        if (startsName(at(afterTag))) {
            while (continuesName(at(afterTag)) && at(afterTag) != '$') {
                afterTag++;
            }
        }
        return at(afterTag) == '$' ? dollarQuoted(text.substring(position, afterTag + 1)) : one(Kind.SYMBOL);
    }

    private Kind dollarQuoted(String delimiter) {
        int closing = text.indexOf(delimiter, position + delimiter.length());
        position = closing < 0 ? text.length() : closing + delimiter.length();
        return closing < 0 ? Kind.UNTERMINATED : Kind.STRING;
    }

    private int endOfLine(int from) {
        int end = from;
        while (end < text.length() && !isNewLine(text.charAt(end))) {
            end++;
        }
        return end;
    }

    private char at(int index) {
        return index < text.length() ? text.charAt(index) : NOTHING;
    }

    static boolean isNewLine(char each) {
        return each == '\n' || each == '\r';
    }

    /** PostgreSQL's own set, in which a no-break space, for example, is a letter. */
    static boolean isSpace(char each) {
        return each == ' ' || each == '\t' || isNewLine(each) || each == '\f' || each == '\u000B';
    }

    private static boolean isDigit(char each) {
        return each >= '0' && each <= '9';
    }

    private static boolean isLetter(char each) {
        return (each >= 'a' && each <= 'z') || (each >= 'A' && each <= 'Z');
    }

    private static boolean startsName(char each) {
        return isLetter(each) || each == '_' || (each >= '\u0080' && each != NOTHING);
    }

    private static boolean continuesName(char each) {
        return startsName(each) || isDigit(each) || each == '$';
    }
}
