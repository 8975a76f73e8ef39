package dev.slipway.migrator.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.contract.Problems;
import dev.slipway.contract.Settings;
import dev.slipway.contract.cli.Invocation;
import dev.slipway.migrator.cli.Command;
import dev.slipway.migrator.cli.CommandLine;
import dev.slipway.migrator.config.SettingsFile;
import dev.slipway.migrator.report.Terminal;
import dev.slipway.testkit.docs.Block;
import dev.slipway.testkit.docs.Blocks;
import dev.slipway.testkit.docs.ShellBlock;
import dev.slipway.testkit.docs.ShellBlock.Call;
import dev.slipway.testkit.process.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every {@code slipway} command line and {@code slipway.toml} of README and docs is one that the program takes. */
class DocumentedCommandsIT {
    @Test
    void everyShownCommandIsTaken(@TempDir Path temporary) throws IOException {
        Path root = Program.inSourceTree("");
        var calls = new ArrayList<Call>();
        for (Block block : Blocks.of(root)) {
            if (block.language().equals("sh") && block.text().contains("slipway ")) {
                calls.addAll(ShellBlock.calls(block, root, Files.createTempDirectory(temporary, "block")));
            }
        }
        List<Call> ours = calls.stream()
                .filter(call ->
                        call.program().equals("slipway") || call.program().endsWith("/slipway"))
                .toList();

        assertThat(ours).hasSizeGreaterThan(20);
        assertThat(ours.stream().flatMap(call -> problems(call).list().stream().map(problem -> call + ": " + problem)))
                .isEmpty();
    }

    @Test
    void everyShownFileOfSettingsIsTaken(@TempDir Path temporary) throws IOException {
        List<Block> files = Blocks.of(Program.inSourceTree("")).stream()
                .filter(block -> block.language().equals("toml"))
                .toList();

        assertThat(files).isNotEmpty();
        for (Block file : files) {
            var problems = new Problems();
            Path written = Files.writeString(temporary.resolve("slipway.toml"), file.text());
            SettingsFile.read(written.toString(), problems);
            assertThat(problems.list()).as(file.toString()).isEmpty();
        }
    }

    private static Problems problems(Call call) {
        var problems = new Problems();
        Invocation<Command> invocation =
                new CommandLine(Terminal.NONE).parse(call.arguments().toArray(String[]::new), problems);
        if (invocation instanceof Invocation.Run<Command> run) {
            CommandLine.settings(run, Map.of(), Settings.DEFAULTS, problems);
        } else if (problems.isEmpty() && !(invocation instanceof Invocation.Answer<Command>)) {
            problems.add("the command line", "runs nothing");
        }
        return problems;
    }
}
