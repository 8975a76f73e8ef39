package dev.slipway.migrator.report;

import dev.slipway.contract.cli.TextWrap;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Fits the columns of a table into the width of a terminal: text is broken into lines, and never cut. */
public final class Columns {
    /** Narrower columns cannot be read. */
    private static final int LEAST = 10;

    private Columns() {}

    /**
     * The width of each column. If the table is too wide, the widest columns, which are those with free text, give room.
     *
     * @param gap columns of the terminal between two columns of the table
     * @param width of the terminal
     */
    public static int[] fit(List<List<String>> rows, int gap, int width) {
        int[] widths = new int[rows.get(0).size()];
        for (List<String> row : rows) {
            for (int column = 0; column < widths.length; column++) {
                widths[column] = Math.max(widths[column], row.get(column).length());
            }
        }
        while (total(widths, gap) > width) {
            int widest = 0;
            for (int column = 1; column < widths.length; column++) {
                widest = widths[column] > widths[widest] ? column : widest;
            }
            if (widths[widest] <= LEAST) {
                break;
            }
            widths[widest]--;
        }
        return widths;
    }

    public static int total(int[] widths, int gap) {
        return Arrays.stream(widths).sum() + (widths.length - 1) * gap;
    }

    /** The lines of a row. Cells break at spaces, else behind a sign such as a dot, else anywhere. */
    public static List<List<String>> lines(List<String> row, int[] widths) {
        List<List<String>> cells = new ArrayList<>();
        int height = 1;
        for (int column = 0; column < widths.length; column++) {
            List<String> lines = broken(row.get(column), widths[column]);
            cells.add(lines);
            height = Math.max(height, lines.size());
        }
        List<List<String>> lines = new ArrayList<>();
        for (int line = 0; line < height; line++) {
            List<String> parts = new ArrayList<>();
            for (List<String> cell : cells) {
                parts.add(line < cell.size() ? cell.get(line) : "");
            }
            lines.add(parts);
        }
        return lines;
    }

    /** A row that fits into no line of the terminal, as a sentence: the heading of each column and its cell. */
    public static String sentence(List<String> headings, List<String> row, int width) {
        List<String> parts = new ArrayList<>();
        for (int column = 0; column < headings.size(); column++) {
            if (!row.get(column).isEmpty()) {
                parts.add(headings.get(column) + ": " + row.get(column));
            }
        }
        var text = new StringBuilder();
        TextWrap.append(text, "", 4, String.join("; ", parts), width);
        return text.toString();
    }

    private static List<String> broken(String cell, int width) {
        List<String> lines = new ArrayList<>();
        String rest = cell;
        while (rest.length() > width) {
            int end = rest.lastIndexOf(' ', width);
            for (int last = width; end <= 0 && last > 1; last--) {
                end = Character.isLetterOrDigit(rest.charAt(last - 1)) ? 0 : last;
            }
            end = end <= 0 ? width : end;
            lines.add(rest.substring(0, end).stripTrailing());
            rest = rest.substring(end).stripLeading();
        }
        lines.add(rest);
        return lines;
    }
}
