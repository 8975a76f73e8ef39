package dev.slipway.migrator.sql;

import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How PostgreSQL turns a written identifier into the name that the catalog holds. */
final class Identifier {
    /** NAMEDATALEN - 1. */
    private static final int MAX_BYTES = 63;

    private static final Pattern UNICODE_ESCAPE =
            Pattern.compile("\\\\(?:(\\\\)|\\+([0-9a-fA-F]{6})|([0-9a-fA-F]{4}))");

    private Identifier() {}

    static String folded(String written) {
        var lower = new StringBuilder(written.length());
        for (int index = 0; index < written.length(); index++) {
            char each = written.charAt(index);
            lower.append(each >= 'A' && each <= 'Z' ? (char) (each + 'a' - 'A') : each);
        }
        return cut(lower.toString());
    }

    /** @param written with its quotes, {@code "Name"} or {@code U&"Name"} */
    static String unquoted(String written) {
        int opening = written.indexOf('"') + 1;
        String inner = written.substring(opening, written.length() - 1).replace("\"\"", "\"");
        return cut(opening > 1 ? unescaped(inner) : inner);
    }

    private static String unescaped(String inner) {
        return UNICODE_ESCAPE.matcher(inner).replaceAll(match -> Matcher.quoteReplacement(character(match)));
    }

    private static String character(java.util.regex.MatchResult match) {
        if (match.group(1) != null) {
            return "\\";
        }
        String digits = match.group(2) == null ? match.group(3) : match.group(2);
        int codePoint = Integer.parseInt(digits, 16);
        return digits.length() == 4 ? String.valueOf((char) codePoint) : Character.toString(codePoint);
    }

    private static String cut(String name) {
        if (name.getBytes(StandardCharsets.UTF_8).length <= MAX_BYTES) {
            return name;
        }
        int end = name.offsetByCodePoints(name.length(), -1);
        return cut(name.substring(0, end));
    }
}
