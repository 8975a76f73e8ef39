package dev.slipway.migrator.lint;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.slipway.contract.ExitCode;
import dev.slipway.migrator.InThisJvm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A folder of migrations, and what lint says about it. */
record LintFolder(Path path) {
    /** The exit code, and the document of {@code --format json}; a missing node if nothing was judged. */
    record Judged(ExitCode exitCode, JsonNode document, String output) {
        /** Each as {@code rule FILE:LINE}. */
        List<String> findings() {
            return places("findings");
        }

        List<String> places(String list) {
            var places = new ArrayList<String>();
            document.path(list).forEach(each -> {
                String file = Path.of(each.path("file").asText()).getFileName().toString();
                places.add(each.path("rule").asText()
                        + ' '
                        + file
                        + ':'
                        + each.path("line").asInt());
            });
            return places;
        }
    }

    LintFolder file(String name, String text) throws IOException {
        Path file = path.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
        return this;
    }

    Judged lint(String... flags) throws IOException {
        InThisJvm.Result result = print("json", flags);
        String document = result.output()
                .lines()
                .filter(line -> line.startsWith("{\"base\""))
                .findFirst()
                .orElse("{}");
        return new Judged(result.exitCode(), new ObjectMapper().readTree(document), result.output());
    }

    InThisJvm.Result print(String format, String... flags) {
        var arguments = new ArrayList<>(List.of("lint", "--migrations", path.toString(), "--format", format));
        arguments.addAll(List.of(flags));
        return InThisJvm.run(Map.of("SLIPWAY_TERMINATION_LOG", "/dev/null"), arguments.toArray(String[]::new));
    }
}
