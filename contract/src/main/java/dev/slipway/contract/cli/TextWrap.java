package dev.slipway.contract.cli;

/** Breaks text into lines of a terminal, at spaces. A word that is longer than a line stays whole, so that it can be copied. */
public final class TextWrap {
    /** The width of a text that is not broken into lines. */
    public static final int UNLIMITED = Integer.MAX_VALUE;

    private TextWrap() {}

    /**
     * Appends the words, with a line feed behind the last; further lines start at the column.
     *
     * @param start in front of the first word; may have colours in it
     */
    public static void append(StringBuilder text, String start, int column, String words, int width) {
        text.append(start);
        int length = columns(start);
        boolean first = true;
        for (String word : words.split(" ", -1)) {
            boolean fits = length + (first ? 0 : 1) + word.length() <= width;
            if (!fits && length > column && !word.isEmpty()) {
                endLine(text).append(" ".repeat(column));
                length = column;
                first = true;
            }
            text.append(first ? "" : " ").append(word);
            length += word.length() + (first ? 0 : 1);
            first = false;
        }
        endLine(text);
    }

    private static int columns(String text) {
        return text.indexOf('\u001b') < 0
                ? text.length()
                : text.replaceAll("\u001b\\[[0-9]+m", "").length();
    }

    /** Without the spaces before the break. */
    private static StringBuilder endLine(StringBuilder text) {
        int end = text.length();
        while (end > 0 && text.charAt(end - 1) == ' ') {
            end--;
        }
        text.setLength(end);
        return text.append('\n');
    }
}
