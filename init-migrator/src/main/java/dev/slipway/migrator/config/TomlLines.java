package dev.slipway.migrator.config;

import dev.slipway.contract.Problems;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The part of TOML that settings need: keys with texts, whole numbers, true or false, and lists of these. What it reads
 * means the same in TOML; the rest (tables, dates, texts of several lines) is refused with its line. No message quotes the
 * file, in which a secret could be.
 */
final class TomlLines {
    /** @param values one, or those of a list */
    record Entry(String key, List<String> values, int line) {}

    /** What is wrong at this place. */
    private static final class Malformed extends Exception {
        private static final long serialVersionUID = 1;

        Malformed(String what) {
            super(what, null, false, false);
        }
    }

    private static final String ESCAPED = "btnfr\"\\";
    private static final String MEANT = "\b\t\n\f\r\"\\";

    private final String text;
    private int position;
    private int line = 1;

    private TomlLines(String text) {
        this.text = text;
    }

    /** All entries up to the first mistake, which is added to the problems. */
    static List<Entry> read(String text, String where, Problems problems) {
        var entries = new ArrayList<Entry>();
        Map<String, Integer> lines = new HashMap<>();
        var reader = new TomlLines(text.startsWith("\ufeff") ? text.substring(1) : text);
        try {
            for (reader.skipLines(); reader.position < reader.text.length(); reader.skipLines()) {
                Entry entry = reader.entry();
                Integer before = lines.put(entry.key(), entry.line());
                if (before != null) {
                    throw new Malformed("sets what line " + before + " sets already");
                }
                entries.add(entry);
            }
        } catch (Malformed mistake) {
            problems.add(where + " line " + reader.line, String.valueOf(mistake.getMessage()));
        }
        return entries;
    }

    private Entry entry() throws Malformed {
        int start = line;
        if (peek() == '[') {
            throw new Malformed("begins a table; settings are not in tables, but at the top: KEY = VALUE");
        }
        String key = word();
        skipBlanks();
        if (key.isEmpty() || peek() != '=') {
            throw new Malformed("is not KEY = VALUE, as in wait-timeout = \"30m\"");
        }
        position++;
        skipBlanks();
        List<String> values = peek() == '[' ? list() : List.of(value());
        skipBlanks();
        skipComment();
        if (position < text.length() && peek() != '\n') {
            throw new Malformed("goes on behind its value");
        }
        return new Entry(key, values, start);
    }

    private List<String> list() throws Malformed {
        var values = new ArrayList<String>();
        position++;
        for (skipLines(); peek() != ']'; skipLines()) {
            values.add(value());
            skipLines();
            if (peek() == ',') {
                position++;
            } else if (peek() != ']') {
                throw new Malformed("has a list that does not end; expected a comma or ]");
            }
        }
        position++;
        return values;
    }

    private String value() throws Malformed {
        char first = peek();
        if (first == '"' || first == '\'') {
            return quoted(first);
        }
        String word = word();
        String number = word.replace("_", "");
        boolean whole = number.matches("0|-?[1-9][0-9]*") && !word.matches(".*(__|_$).*|_.*");
        // A fraction would lose its last zero: 1.10 is 1.1.
        if (!(whole || word.equals("true") || word.equals("false")) || peek() == '.') {
            throw new Malformed("has a value that is no whole number, true or false; expected a text in quotes");
        }
        return number;
    }

    private String quoted(char quote) throws Malformed {
        if (text.startsWith(String.valueOf(quote).repeat(3), position)) {
            throw new Malformed("has a text of several lines; expected one line");
        }
        position++;
        var value = new StringBuilder();
        for (char next = inText(); next != quote; next = inText()) {
            value.append(quote == '"' && next == '\\' ? escaped() : next);
        }
        return value.toString();
    }

    private char inText() throws Malformed {
        char next = peek();
        if (next == '\n' || next == '\0') {
            throw new Malformed("has a text without its closing quote");
        }
        if (next < ' ' && next != '\t') {
            throw new Malformed("has a control character in a text");
        }
        position++;
        return next;
    }

    private char escaped() throws Malformed {
        char letter = inText();
        int index = ESCAPED.indexOf(letter);
        if (index >= 0) {
            return MEANT.charAt(index);
        }
        String digits = text.substring(position, Math.min(text.length(), position + 4));
        if (letter != 'u' || !digits.matches("[0-9A-Fa-f]{4}")) {
            throw new Malformed("has a \\ that TOML does not know; write \\\\, or the text in single quotes");
        }
        position += 4;
        return (char) Integer.parseInt(digits, 16);
    }

    private String word() {
        int start = position;
        while (Character.isLetterOrDigit(peek()) || peek() == '-' || peek() == '_') {
            position++;
        }
        return text.substring(start, position);
    }

    /** The end of the text is a zero byte, which cannot be in a value. */
    private char peek() {
        if (text.startsWith("\r\n", position)) {
            return '\n';
        }
        return position < text.length() ? text.charAt(position) : '\0';
    }

    private void skipBlanks() {
        while (peek() == ' ' || peek() == '\t') {
            position++;
        }
    }

    private void skipComment() {
        if (peek() == '#') {
            while (position < text.length() && peek() != '\n') {
                position++;
            }
        }
    }

    private void skipLines() {
        for (int before = -1; before != position; ) {
            before = position;
            skipBlanks();
            skipComment();
            if (peek() == '\n') {
                position += text.charAt(position) == '\r' ? 2 : 1;
                line++;
            }
        }
    }
}
