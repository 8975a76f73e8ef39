package dev.slipway.contract.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.contract.Problems;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The scripts that a real shell runs: bash has to be there, zsh and fish are asked where they are installed. */
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

    @ParameterizedTest
    @CsvSource({"bash", "zsh", "fish"})
    void theShellUnderstandsItsScript(String shell) throws Exception {
        String script = script(shell);
        assertThat(script).contains("sample-tool").doesNotContain("FUNCTION", "PROGRAM", "VERBS", "CHOICES", "FLAGS");
        try {
            assertThat(output(script, shell, "-n", "/dev/stdin")).isEmpty();
        } catch (IOException notInstalled) {
            assertThat(shell).isNotEqualTo("bash");
        }
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
