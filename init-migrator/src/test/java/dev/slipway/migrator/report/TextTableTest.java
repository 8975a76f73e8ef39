package dev.slipway.migrator.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.contract.cli.TextWrap;
import java.util.List;
import org.junit.jupiter.api.Test;

class TextTableTest {
    private static final List<String> ROW = List.of(
            "20260101120000",
            "orders get a column for the time of their delivery",
            "expand",
            "applied",
            "V20260101120000__orders.sql");

    private final TextTable table = new TextTable("version", "description", "phase", "state", "script");

    @Test
    void withoutATerminalEachRowIsALine() {
        table.row(ROW);
        assertThat(table.fitted(TextWrap.UNLIMITED).lines()).hasSize(3).anyMatch(line -> line.contains(ROW.get(1)));
    }

    @Test
    void freeTextIsBrokenIntoLinesOfItsColumn() {
        table.row(List.of("1", ROW.get(1), "expand", "applied", "V1__o.sql"));
        assertThat(table.fitted(70)).isEqualTo("""
                 version | description                 | phase  | state   | script
                ---------+-----------------------------+--------+---------+-----------
                 1       | orders get a column for the | expand | applied | V1__o.sql
                         | time of their delivery      |        |         |\s
                """);
    }

    @Test
    void theNameOfAScriptStaysWholeOnALineOfItsOwn() {
        table.row(ROW);
        assertThat(table.fitted(60).lines().map(String::stripTrailing).toList())
                .containsExactly(
                        " version        | description            | phase  | state",
                        "   script",
                        "----------------+------------------------+--------+---------",
                        " 20260101120000 | orders get a column    | expand | applied",
                        "                | for the time of their  |        |",
                        "                | delivery               |        |",
                        "   V20260101120000__orders.sql");
    }

    @Test
    void nothingIsLostHoweverNarrowItIs() {
        table.row(ROW);
        for (int width = 20; width < 200; width++) {
            String shown = table.fitted(width);
            String letters = shown.replaceAll("[\\s|:;]", "");
            assertThat(letters).as("at %d", width).contains(ROW.get(4));
            for (String word : ROW.get(1).split(" ", -1)) {
                assertThat(letters).as("at %d", width).contains(word);
            }
            int most = width;
            assertThat(shown.lines())
                    .as("at %d", width)
                    .allMatch(line -> line.length() <= most || line.strip().indexOf(' ') < 0 || most < 35);
        }
    }
}
