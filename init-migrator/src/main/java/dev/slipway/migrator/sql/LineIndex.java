package dev.slipway.migrator.sql;

import java.util.Arrays;

/** Finds the line, from 1, of an offset in a text. A line ends with LF, CR LF or CR. Immutable. */
final class LineIndex {
    private final int[] starts;

    LineIndex(String text) {
        int[] found = new int[16];
        int count = 1;
        for (int offset = 0; offset < text.length(); offset++) {
            char each = text.charAt(offset);
            boolean firstOfTwo = each == '\r' && offset + 1 < text.length() && text.charAt(offset + 1) == '\n';
            if (SqlLexer.isNewLine(each) && !firstOfTwo) {
                found = count == found.length ? Arrays.copyOf(found, 2 * count) : found;
                found[count++] = offset + 1;
            }
        }
        starts = Arrays.copyOf(found, count);
    }

    int lineOf(int offset) {
        int index = Arrays.binarySearch(starts, offset);
        return index >= 0 ? index + 1 : -index - 1;
    }
}
