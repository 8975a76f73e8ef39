package dev.slipway.migrator.report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A table for people, in the format of psql. Not thread-safe. */
public final class TextTable {
    private static final int GAP = " | ".length();

    private final List<String> header;
    private final List<List<String>> rows = new ArrayList<>();

    public TextTable(String... header) {
        this.header = List.of(header);
        rows.add(this.header);
    }

    /** @param cells one for each column of the header */
    public void row(List<String> cells) {
        rows.add(List.copyOf(cells));
    }

    /**
     * Fits it into a terminal: long cells are broken into lines, the last column moves below the others if its words do
     * not fit, and if the others are still too wide, each row becomes a sentence.
     */
    public String fitted(int width) {
        int[] widths = Columns.fit(rows, GAP, width - 2);
        if (Columns.total(widths, GAP) <= width - 2 && lastWordsFit(widths[widths.length - 1])) {
            return table(rows, widths, false);
        }
        List<List<String>> firsts =
                rows.stream().map(row -> row.subList(0, row.size() - 1)).toList();
        widths = Columns.fit(firsts, GAP, width - 2);
        if (Columns.total(widths, GAP) <= width - 2) {
            return table(firsts, widths, true);
        }
        var text = new StringBuilder();
        rows.subList(1, rows.size()).forEach(row -> text.append(Columns.sentence(header, row, width)));
        return text.toString();
    }

    /** Names of files stay whole. */
    private boolean lastWordsFit(int width) {
        return rows.stream()
                .flatMap(row -> Arrays.stream(row.get(row.size() - 1).split(" ", -1)))
                .allMatch(word -> word.length() <= width);
    }

    /** @param below whether the last cell of each row is below its others */
    private String table(List<List<String>> shown, int[] widths, boolean below) {
        var text = new StringBuilder();
        for (int row = 0; row < shown.size(); row++) {
            Columns.lines(shown.get(row), widths).forEach(line -> appendLine(text, line, widths));
            if (below) {
                text.append("   ").append(rows.get(row).get(header.size() - 1)).append('\n');
            }
            if (row == 0) {
                appendRule(text, widths);
            }
        }
        return text.toString();
    }

    private static void appendRule(StringBuilder text, int[] widths) {
        for (int column = 0; column < widths.length; column++) {
            text.append(column == 0 ? "" : "+").append("-".repeat(widths[column] + 2));
        }
        text.append('\n');
    }

    private static void appendLine(StringBuilder text, List<String> cells, int[] widths) {
        for (int column = 0; column < widths.length; column++) {
            String cell = cells.get(column);
            boolean last = column == widths.length - 1;
            text.append(column == 0 ? " " : "| ").append(cell);
            text.append(last ? "" : " ".repeat(widths[column] - cell.length() + 1));
        }
        text.append('\n');
    }
}
