package dev.slipway.migrator.report;

import java.util.ArrayList;
import java.util.List;

/** A table for people, in the format of psql. Not thread-safe. */
public final class TextTable {
    private final List<String> header;
    private final List<List<String>> rows = new ArrayList<>();

    public TextTable(String... header) {
        this.header = List.of(header);
    }

    /** @param cells one for each column of the header */
    public void row(List<String> cells) {
        rows.add(List.copyOf(cells));
    }

    @Override
    public String toString() {
        int[] widths = new int[header.size()];
        for (int column = 0; column < widths.length; column++) {
            widths[column] = header.get(column).length();
            for (List<String> row : rows) {
                widths[column] = Math.max(widths[column], row.get(column).length());
            }
        }
        var text = new StringBuilder();
        appendRow(text, header, widths);
        for (int column = 0; column < widths.length; column++) {
            text.append(column == 0 ? "" : "+").append("-".repeat(widths[column] + 2));
        }
        text.append('\n');
        rows.forEach(row -> appendRow(text, row, widths));
        return text.toString();
    }

    private static void appendRow(StringBuilder text, List<String> cells, int[] widths) {
        for (int column = 0; column < widths.length; column++) {
            String cell = cells.get(column);
            boolean last = column == widths.length - 1;
            text.append(column == 0 ? " " : "| ").append(cell);
            text.append(last ? "" : " ".repeat(widths[column] - cell.length() + 1));
        }
        text.append('\n');
    }
}
