package dev.slipway.contract.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.slipway.contract.Problems;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The scripts, run by the real shells. */
class CompletionTest {
    private enum Sample implements Verb {
        RUN(List.of(
                Flag.of("--mode", Flag.Takes.ONE, "fast|slow", "how 'it' runs"), Flag.of("--dry-run", "only show"))),
        STOP(List.of(Flag.of("--now", "at once")));

        @SuppressWarnings("ImmutableEnumChecker") // always List.of
        private final List<Flag> flags;

        Sample(List<Flag> flags) {
            this.flags = flags;
        }

        @Override
        public String word() {
            return this == RUN ? "run" : "stop";
        }

        @Override
        public String help() {
            return "what it's for";
        }

        @Override
        public List<Flag> flags() {
            return flags;
        }
    }

    private static final class SampleCli implements Cli<Sample> {
        @Override
        public String name() {
            return "sample-tool";
        }

        @Override
        public List<Sample> verbs() {
            return List.of(Sample.values());
        }

        @Override
        public String overview() {
            return "sample-tool\n";
        }
    }

    private final Problems problems = new Problems();

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "''; run stop completion --help --version",
                "s; stop",
                "run --d; --dry-run",
                "run --dry-run --m; --mode",
                "run --mode s; slow",
                "stop --; --now --help",
                "completion z; zsh",
            })
    void bashCompletesCommandsFlagsAndTheirWords(String typed, String expected) throws Exception {
        String script = script("bash") + """
                COMP_WORDS=(sample-tool %s)
                COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
                _sample_tool
                echo "${COMPREPLY[*]}"
                """.formatted(typed.isEmpty() ? "''" : typed);
        assertThat(output(script, "bash", "--norc", "-s")).isEqualTo(expected + "\n");
    }

    /** Typed into an interactive shell on a pseudo terminal, which is the only place where zsh completes. */
    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "sto; stop",
                "run --d; run --dry-run",
                "run --dry-run --m; run --dry-run --mode",
                "run --mode s; run --mode slow",
                "stop --n; stop --now",
                "completion z; completion zsh",
            })
    void zshCompletesWhatIsTyped(String typed, String expected, @TempDir Path folder) throws Exception {
        needs("zsh");
        Path script = Files.writeString(folder.resolve("completion"), script("zsh"));
        String session = """
                zmodload zsh/zpty
                zpty shell zsh -f -i
                zpty -w shell 'PS1= RPS1= PROMPT_EOL_MARK=; autoload -U compinit; compinit -u -D; source %s'
                zpty -w shell 'sample-tool() { print "<""GOT $*"">"; }; print REA""DY'
                zpty -r -m shell line '*READY*'
                zpty -w shell "sample-tool %s"$'\t'
                zpty -r -m shell line '*<GOT *>*'
                print -r -- ${${line##*<GOT }%%%%>*}
                """.formatted(script, typed);
        assertThat(output(session, "timeout", "20", "zsh", "-f").strip()).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "''; completion run stop",
                "s; stop",
                "run --d; --dry-run",
                "run --mode s; slow",
                "stop --; --now",
                "completion z; zsh",
            })
    void fishCompletesCommandsFlagsAndTheirWords(String typed, String expected) throws Exception {
        needs("fish");
        String session = script("fish") + "complete -C 'sample-tool %s'\n".formatted(typed);
        assertThat(output(session, "fish", "--no-config").lines().map(line -> line.replaceFirst("\t.*", "")))
                .containsExactly(expected.split(" "));
    }

    /** CI has all three shells; a laptop may lack some. */
    private static void needs(String shell) throws Exception {
        boolean installed = !output("command -v " + shell, "sh").isEmpty();
        assumeThat(installed).as(shell + " is installed").isTrue();
    }

    @Test
    void anUnknownShellIsNamed() {
        Arguments.parse(new SampleCli(), new String[] {"completion", "tcsh"}, problems);
        assertThat(problems.describe("it")).contains("completion is for one of bash, zsh, fish");
    }

    @Test
    void completionHasItsHelpAndNeedsAShell() {
        assertThat(Arguments.parse(new SampleCli(), new String[] {"completion", "--help"}, problems))
                .isInstanceOfSatisfying(
                        Invocation.Answer.class,
                        answer -> assertThat(answer.text()).contains("Usage: sample-tool completion bash|zsh|fish\n"));
        Arguments.parse(new SampleCli(), new String[] {"completion"}, problems);
        assertThat(problems.describe("it")).contains("completion needs one of bash|zsh|fish behind it");
    }

    private String script(String shell) {
        var answer = (Invocation.Answer<Sample>)
                Arguments.parse(new SampleCli(), new String[] {"completion", shell}, problems);
        return answer.text();
    }

    private static String output(String script, String... command) throws Exception {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        try (var in = process.getOutputStream()) {
            in.write(script.getBytes(StandardCharsets.UTF_8));
        }
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        return output;
    }
}
