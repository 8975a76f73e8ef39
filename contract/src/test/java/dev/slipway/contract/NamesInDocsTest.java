package dev.slipway.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The tables of docs/migrator.md repeat names of the code: all of them, in its order. */
class NamesInDocsTest {
    @Test
    void thePageListsEveryExitCode() throws IOException {
        List<String> expected = Arrays.stream(ExitCode.values())
                .map(code -> "| " + code.code() + " | " + code.meaning() + " | " + code.wayOut() + " |")
                .toList();

        assertThat(tableAfter("| exit | meaning | what to do |")).isEqualTo(expected);
    }

    @Test
    void thePageListsEverySetting() throws IOException {
        List<String> expected = Setting.all().stream().map(NamesInDocsTest::row).toList();

        assertThat(tableAfter("| flag | variable | default | meaning |")).isEqualTo(expected);
    }

    private static String row(Setting<?> setting) {
        String standard = setting.defaultText().isEmpty() ? "" : '`' + setting.defaultText() + '`';
        return "| `" + setting.flag() + "` | `" + setting.env() + "` | " + standard + " | " + setting.help() + " |";
    }

    private static List<String> tableAfter(String header) throws IOException {
        List<String> lines = Files.readAllLines(Path.of("..", "docs", "migrator.md"));
        int first = lines.indexOf(header) + 2;
        assertThat(first).as("the table '%s' in docs/migrator.md", header).isGreaterThan(1);
        return lines.subList(first, lines.size()).stream()
                .takeWhile(line -> line.startsWith("|"))
                .toList();
    }
}
